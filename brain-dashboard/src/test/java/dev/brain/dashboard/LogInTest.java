package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.Browser.Answer;
import dev.brain.history.History;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogInTest {
    @TempDir
    private Path folder;

    private final UsersByName users = new UsersByName();
    private TestDashboard world;
    private Browser browser;

    @BeforeEach
    void open() {
        world = TestDashboard.open(
                folder, options -> options.operating(true).access(users).metrics(() -> "brain_tasks 1\n"));
        browser = world.browser();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void afterALogInTheWantedPageIsShownAndThePersonIsTheActor() {
        Answer refused = browser.get("/sites?text=harb");
        assertThat(refused.status()).isEqualTo(303);
        assertThat(refused.body()).isEmpty();
        browser.get(refused.header("Location").orElseThrow());
        Answer answer =
                browser.post("/log-in", "name", "oscar", "password", UsersByName.PASSWORD, "next", "/sites?text=harb");
        assertThat(answer.header("Location")).contains("/sites?text=harb");
        assertThat(browser.get("/sites?text=harb").body()).contains("oscar", "harbour", "Log out");
        browser.post("/sites/harbour/pause");
        assertThat(world.store
                        .history()
                        .list(History.Filter.newest(1))
                        .get(0)
                        .actor()
                        .name())
                .isEqualTo("oscar");
    }

    @Test
    void aWrongPasswordLogsNobodyIn() {
        browser.get("/log-in");
        assertThat(browser.post("/log-in", "name", "oscar", "password", "wrong").status())
                .isEqualTo(403);
        assertThat(browser.get("/sites").status()).isEqualTo(303);
    }

    @Test
    void theSessionOfALogInIsANewOne() {
        browser.get("/log-in");
        String before = List.copyOf(browser.cookies().values()).get(0);
        browser.post("/log-in", "name", "oscar", "password", UsersByName.PASSWORD);
        assertThat(browser.cookies()).hasSize(1).doesNotContainValue(before);
    }

    @Test
    void aLogInNeedsTheTokenOfItsPage() {
        assertThat(browser.post("/log-in", "name", "oscar", "password", UsersByName.PASSWORD)
                        .status())
                .isEqualTo(403);
        assertThat(browser.get("/sites").status()).isEqualTo(303);
    }

    @Test
    void aSessionEndsWithALogOutAndItsCookieIsWorthNothing() {
        UsersByName.logIn(browser, "oscar");
        String cookie = List.copyOf(browser.cookies().values()).get(0);
        browser.get("/sites");
        assertThat(browser.post("/log-out").status()).isEqualTo(303);
        browser.cookies().replaceAll((name, value) -> cookie);
        assertThat(browser.get("/sites").status()).isEqualTo(303);
    }

    @Test
    void aSessionEndsWhenNobodyUsesItForLong() {
        UsersByName.logIn(browser, "oscar");
        world.clock.advance(Duration.ofHours(9));
        assertThat(browser.get("/sites").status()).isEqualTo(200);
        world.clock.advance(Duration.ofHours(11));
        assertThat(browser.get("/sites").status()).isEqualTo(303);
    }

    @Test
    void aSessionEndsAfterADayInAnyCase() {
        UsersByName.logIn(browser, "oscar");
        for (int i = 0; i < 3; i++) {
            world.clock.advance(Duration.ofHours(8).minusSeconds(1));
            assertThat(browser.get("/sites").status()).isEqualTo(200);
        }
        world.clock.advance(Duration.ofMinutes(1));
        assertThat(browser.get("/sites").status()).isEqualTo(303);
    }

    @Test
    void aSessionEndsWhenItsUserMayNoLongerGoOn() {
        UsersByName.logIn(browser, "oscar");
        users.removed.add("oscar");
        assertThat(browser.get("/sites").status()).isEqualTo(303);
        users.removed.clear();
        assertThat(browser.get("/sites").status()).isEqualTo(303);
    }

    @Test
    void aPageWhoseSessionHasEndedIsLoadedAsAWhole() {
        Answer answer = browser.get("/sites", "HX-Request: true");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("HX-Refresh")).contains("true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//elsewhere.example",
                "/\\elsewhere.example",
                "https://elsewhere.example",
                "/%0d%0aSet-Cookie: a=b",
                "/a b",
                "/a\r\nSet-Cookie: a=b",
                "javascript:alert(1)"
            })
    void aLogInNeverLeadsToAnotherSite(String next) {
        browser.get("/log-in");
        Answer answer = browser.post("/log-in", "name", "oscar", "password", UsersByName.PASSWORD, "next", next);
        assertThat(answer.header("Location").orElseThrow()).matches("/|/%0d%0aSet-Cookie:a=b");
        assertThat(answer.headers("Set-Cookie")).hasSize(1);
    }

    @Test
    void guessingThePasswordOfAUserIsSlowedDown() {
        browser.get("/log-in");
        for (int i = 0; i < 5; i++) {
            assertThat(browser.post("/log-in", "name", "oscar", "password", "guess" + i)
                            .status())
                    .isEqualTo(403);
        }
        Answer early = browser.post("/log-in", "name", "oscar", "password", UsersByName.PASSWORD);
        assertThat(early.status()).isEqualTo(429);
        assertThat(browser.get("/sites").status()).isEqualTo(303);
        world.clock.advance(Duration.ofMinutes(1));
        browser.get("/log-in");
        assertThat(browser.post("/log-in", "name", "oscar", "password", UsersByName.PASSWORD)
                        .status())
                .isEqualTo(303);
    }

    @Test
    void guessingManyNamesIsSlowedDown() {
        browser.get("/log-in");
        for (int i = 0; i < 20; i++) {
            assertThat(browser.post("/log-in", "name", "user" + i, "password", "guess")
                            .status())
                    .isEqualTo(403);
        }
        assertThat(browser.post("/log-in", "name", "oscar", "password", UsersByName.PASSWORD)
                        .status())
                .isEqualTo(429);
    }

    @Test
    void aProgramSendsNameAndPasswordForMetricsOnly() {
        String right = basic("vera:" + UsersByName.PASSWORD);
        assertThat(browser.get("/metrics").status()).isEqualTo(401);
        assertThat(browser.get("/metrics").header("WWW-Authenticate").orElseThrow())
                .startsWith("Basic");
        assertThat(browser.get("/metrics", basic("vera:wrong")).status()).isEqualTo(401);
        assertThat(browser.get("/metrics", "Authorization: Basic %%%").status()).isEqualTo(401);
        assertThat(browser.get("/metrics", right).body()).isEqualTo("brain_tasks 1\n");
        assertThat(browser.get("/sites", right).status()).isEqualTo(303);
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everybodyMayAskWhetherAllIsWell() {
        Answer up = browser.get("/health");
        assertThat(up.status()).isEqualTo(200);
        assertThat(up.body()).isEqualTo("{\"status\":\"up\",\"problems\":[]}");
        assertThat(up.headers("Set-Cookie")).isEmpty();
    }

    @Test
    void healthSaysWhatIsWrong() {
        world.store.close();
        Answer down = browser.get("/health");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.body()).contains("\"status\":\"down\"", "queue").doesNotContain("queue.db");
    }
}
