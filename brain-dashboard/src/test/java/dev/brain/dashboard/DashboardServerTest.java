package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.Browser.Answer;
import dev.brain.history.History;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardServerTest {
    @TempDir
    private Path folder;

    @Test
    void aFilterIsInTheAddress() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options)) {
            Answer all = world.browser().get("/sites");
            assertThat(all.status()).isEqualTo(200);
            assertThat(all.body()).contains("harbour", "parks");
            assertThat(world.browser().get("/sites?text=HARB").body())
                    .contains("harbour")
                    .doesNotContain("parks");
        }
    }

    @Test
    void anActionIsDoneByThePrincipalAndSaysSoOnce() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.operating(true))) {
            Browser browser = world.browser();
            browser.get("/sites");
            Answer answer = browser.post("/sites/harbour/pause");
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.header("Location")).contains("/sites");
            assertThat(browser.get("/sites").body()).contains("harbour is paused");
            assertThat(browser.get("/sites").body()).doesNotContain("harbour is paused");
            assertThat(world.isPaused("harbour")).isTrue();
            assertThat(world.store
                            .history()
                            .list(History.Filter.newest(1))
                            .get(0)
                            .actor()
                            .name())
                    .isEqualTo(System.getProperty("user.name"));
        }
    }

    @Test
    void theLanguageIsTheBrowsersUntilAnotherIsChosen() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options)) {
            Browser browser = world.browser();
            assertThat(browser.get("/sites", "Accept-Language: fr, ca;q=0.8, en;q=0.5")
                            .body())
                    .contains("<html lang=\"ca\"", "Organismes");
            assertThat(browser.get("/sites?lang=es&text=parks").header("Location"))
                    .contains("/sites?text=parks");
            assertThat(browser.get("/sites", "Accept-Language: en").body()).contains("<html lang=\"es\"", "Organismos");
        }
    }

    @Test
    void pathsThatDoNotExistAreNotFound() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.operating(true))) {
            Browser browser = world.browser();
            for (String path : new String[] {"/nothing", "/sites/", "/static/nothing.js", "/sites/harbour/nothing"}) {
                assertThat(browser.get(path).status()).as(path).isEqualTo(404);
            }
            assertThat(browser.get("/sites/harbour/pause").status()).isEqualTo(405);
            browser.get("/sites");
            assertThat(browser.post("/sites/nowhere/pause").status()).isEqualTo(404);
        }
    }
}
