package dev.brain.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.dashboard.Browser.Answer;
import dev.brain.dashboard.access.Access;
import dev.brain.dashboard.access.Principal;
import dev.brain.dashboard.access.Principal.Role;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dashboard refuses, and what it tells browsers to refuse. */
class SafetyTest {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    @TempDir
    private Path folder;

    private TestDashboard readOnly() {
        return TestDashboard.open(folder, options -> options);
    }

    private TestDashboard operating() {
        return TestDashboard.open(folder, options -> options.operating(true));
    }

    // ---- read-only, and for this machine only

    @Test
    void nothingCanBeChangedUnlessToldOtherwise() {
        try (TestDashboard world = readOnly()) {
            Browser browser = world.browser();
            assertThat(browser.get("/sites").body()).contains("read-only").doesNotContain("/pause");
            // a session's token is in every form; here there is none but the language's
            browser.get("/nothing");
            Answer answer = browser.send(
                    "POST",
                    "/sites/harbour/pause",
                    "csrf=" + token(world, browser),
                    "Origin: http://" + browser.authority());
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("read-only", "--operate");
            assertThat(world.isPaused("harbour")).isFalse();
        }
    }

    /** The token that a form would have if there were one. */
    private static String token(TestDashboard world, Browser browser) {
        String session = browser.cookies().values().iterator().next();
        return world.dashboard.application().tokenOf(session, System.getProperty("user.name"));
    }

    @Test
    void anAddressThatOthersReachIsRefusedWithoutUsers() {
        try (TestDashboard world = readOnly()) {
            assertThatThrownBy(() -> DashboardServer.start(world.dashboard, new InetSocketAddress("0.0.0.0", 0)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("password file")
                    .hasMessageContaining("127.0.0.1");
        }
        assertThatThrownBy(() -> TestDashboard.open(folder, options -> options.behindProxy(true)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("proxy");
    }

    @Test
    void anAddressThatOthersReachIsServedWithUsers() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.access(new UsersByName()));
                DashboardServer open = DashboardServer.start(world.dashboard, new InetSocketAddress("0.0.0.0", 0))) {
            Browser browser = new Browser(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), open.address().getPort()));
            assertThat(browser.open("/sites").body()).contains("Log in").doesNotContain("harbour");
        }
    }

    @Test
    void localAccessKnowsNobodyFromElsewhere() {
        assertThat(Access.local().identify(request(true))).isPresent();
        assertThat(Access.local().identify(request(false))).isEmpty();
    }

    private static Access.Request request(boolean local) {
        return new Access.Request() {
            @Override
            public List<String> headers(String name) {
                return List.of();
            }

            @Override
            public String remoteAddress() {
                return "192.0.2.1";
            }

            @Override
            public boolean isLocal() {
                return local;
            }

            @Override
            public Optional<String> userName() {
                return Optional.empty();
            }

            @Override
            public boolean isUserInRole(String role) {
                return false;
            }
        };
    }

    @Test
    void localAccessKnowsNobodyWhoCameThroughAProxy() {
        try (TestDashboard world = readOnly()) {
            Answer answer = world.browser().get("/sites", "X-Forwarded-For: 192.0.2.1");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).doesNotContain("harbour");
        }
    }

    // ---- roles

    @Test
    void aViewerChangesNothing() {
        try (TestDashboard world = TestDashboard.open(
                folder,
                options ->
                        options.operating(true).access(request -> Optional.of(new Principal("vera", Role.VIEWER))))) {
            Browser browser = world.browser();
            browser.get("/sites");
            String session = browser.cookies().values().iterator().next();
            Answer answer = browser.send(
                    "POST",
                    "/sites/harbour/pause",
                    "csrf=" + world.dashboard.application().tokenOf(session, "vera"),
                    "Origin: http://" + browser.authority());
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("role of an operator");
            assertThat(world.isPaused("harbour")).isFalse();
        }
    }

    @Test
    void somebodyUnknownSeesNothing() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.access(request -> Optional.empty()))) {
            for (String path : List.of("/", "/sites", "/events", "/evidence?path=x")) {
                Answer answer = world.browser().get(path);
                assertThat(answer.status()).as(path).isEqualTo(403);
                assertThat(answer.body()).as(path).doesNotContain("harbour");
            }
        }
    }

    // ---- forged requests

    @Test
    void aFormWithoutTheTokenOfItsSessionIsRefused() {
        try (TestDashboard world = operating()) {
            Browser other = world.browser();
            other.get("/sites");
            Browser browser = world.browser();
            browser.get("/sites");
            String origin = "Origin: http://" + browser.authority();
            for (String body : List.of("", "csrf=", "csrf=wrong", "csrf=" + other.csrf())) {
                Answer answer = browser.send("POST", "/sites/harbour/pause", body, origin);
                assertThat(answer.status()).as(body).isEqualTo(403);
            }
            assertThat(world.isPaused("harbour")).isFalse();
            assertThat(browser.send("POST", "/sites/harbour/pause", "csrf=" + browser.csrf(), origin)
                            .status())
                    .isEqualTo(303);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-None: 1",
                "Origin: null",
                "Origin: http://elsewhere.example",
                "Origin: http://127.0.0.1",
                "Origin: http://127.0.0.1:1",
                "Origin: http://127.0.0.1:PORT.elsewhere.example",
                "Origin: http://127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT",
                "Origin: ftp://127.0.0.1:PORT"
            })
    void aFormOfAnotherSiteIsRefused(String header) {
        try (TestDashboard world = operating()) {
            Browser browser = world.browser();
            browser.get("/sites");
            String sent =
                    header.replace("PORT", String.valueOf(world.server.address().getPort()));
            assertThat(browser.send("POST", "/sites/harbour/pause", "csrf=" + browser.csrf(), sent)
                            .status())
                    .isEqualTo(403);
            assertThat(world.isPaused("harbour")).isFalse();
        }
    }

    @Test
    void onlyFormsAreAccepted() {
        try (TestDashboard world = operating()) {
            Browser browser = world.browser();
            browser.get("/sites");
            for (String type : List.of("text/plain", "multipart/form-data", "application/json")) {
                Answer answer = browser.send(
                        "POST",
                        "/sites/harbour/pause",
                        "csrf=" + browser.csrf(),
                        "Origin: http://" + browser.authority(),
                        "Content-Type: " + type);
                assertThat(answer.status()).as(type).isEqualTo(415);
            }
            assertThat(world.isPaused("harbour")).isFalse();
        }
    }

    @Test
    void anotherMethodDoesNothing() {
        try (TestDashboard world = operating()) {
            Browser browser = world.browser();
            for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
                assertThat(browser.send(method, "/sites/harbour/pause", "").status())
                        .as(method)
                        .isEqualTo(405);
            }
            assertThat(world.isPaused("harbour")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rebound.example",
                "rebound.example:8080",
                "localhost.rebound.example",
                "127.0.0.1.rebound.example"
            })
    void aForeignNameThatLeadsHereIsRefused(String host) {
        try (TestDashboard world = readOnly()) {
            Answer answer = world.browser().get("/sites", "Host: " + host);
            assertThat(answer.status()).isEqualTo(421);
            assertThat(answer.body()).contains("allowed hosts").doesNotContain("harbour");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: ",
                "Host: a b",
                "Host: localhost\r\nHost: localhost",
                "Host: localhost:99999999",
                "Host: <b>"
            })
    void aNameThatIsNoneIsRefused(String header) {
        try (TestDashboard world = readOnly()) {
            assertThat(world.browser().get("/sites", header).status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:8080", "127.0.0.1", "[::1]:8080", "192.0.2.7:80", "Brain.Office.Example"
            })
    void ownNamesAndAddressesAreAnswered(String host) {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.host("brain.office.example"))) {
            assertThat(world.browser().get("/sites", "Host: " + host).status()).isEqualTo(200);
        }
    }

    // ---- headers and cookies

    @Test
    void everyAnswerHasTheProtectiveHeaders() {
        try (TestDashboard world = readOnly()) {
            for (String path : List.of("/sites", "/nothing", "/log-in", "/sites?lang=es", "/%00", "/health")) {
                Answer answer = world.browser().get(path);
                assertThat(answer.header("Content-Security-Policy").orElseThrow())
                        .as(path)
                        .contains(
                                "default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'")
                        .doesNotContain("unsafe");
                assertThat(answer.header("Cache-Control")).as(path).contains("no-store");
                assertThat(answer.header("X-Content-Type-Options")).as(path).contains("nosniff");
                assertThat(answer.header("X-Frame-Options")).as(path).contains("DENY");
                assertThat(answer.header("Referrer-Policy")).as(path).contains("same-origin");
                assertThat(answer.header("Cross-Origin-Resource-Policy"))
                        .as(path)
                        .contains("same-origin");
            }
        }
    }

    @Test
    void onlyFilesWithoutDataMayBeKept() {
        try (TestDashboard world = readOnly()) {
            String page = world.browser().get("/sites").body();
            String style = page.substring(page.indexOf("/static/dashboard.css"));
            Answer answer = world.browser().get(style.substring(0, style.indexOf('"')));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Cache-Control").orElseThrow()).contains("immutable");
            assertThat(answer.headers("Set-Cookie")).isEmpty();
        }
    }

    /** The policy forbids them, so they would not work either. */
    @Test
    void noTemplateHasAnInlineScriptOrStyle() throws IOException {
        try (Stream<Path> templates = Files.walk(Path.of("src/main/jte"))) {
            List<Path> all = templates.filter(Files::isRegularFile).toList();
            assertThat(all).isNotEmpty();
            for (Path template : all) {
                assertThat(Files.readString(template))
                        .as(template.toString())
                        .doesNotContainPattern(
                                "(?i)<script(?![^>]*\\ssrc=)|<style|\\sstyle=|\\son[a-z]+=|javascript:|\\shx-on")
                        .doesNotContainPattern("https?://(?!www\\.w3\\.org/)")
                        .doesNotContain("$unsafe");
            }
        }
    }

    @Test
    void cookiesAreForThisSiteAndNoScript() {
        try (TestDashboard world = readOnly()) {
            String cookie = world.browser().get("/sites").header("Set-Cookie").orElseThrow();
            assertThat(cookie)
                    .contains("; Path=/;", "; HttpOnly", "; SameSite=Lax")
                    .doesNotContain("Secure");
        }
    }

    @Test
    void cookiesOfATlsSiteAreSentOverTlsOnly() {
        try (TestDashboard world = TestDashboard.open(
                folder,
                options -> options.behindProxy(true).access(new UsersByName()).host("brain.office.example"))) {
            Answer answer = world.browser()
                    .get(
                            "/log-in",
                            "X-Forwarded-Proto: https",
                            "X-Forwarded-Host: brain.office.example",
                            "X-Forwarded-Prefix: /tools/brain/");
            assertThat(answer.header("Set-Cookie").orElseThrow()).contains("; Secure", "; Path=/tools/brain/;");
            assertThat(answer.body()).contains("action=\"/tools/brain/log-in\"");
        }
    }

    @Test
    void headersOfAProxyMeanNothingUnlessThereIsOne() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.access(new UsersByName()))) {
            Answer answer = world.browser()
                    .get(
                            "/log-in",
                            "X-Forwarded-Proto: https",
                            "X-Forwarded-Host: elsewhere.example",
                            "X-Forwarded-Prefix: //elsewhere.example");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Set-Cookie").orElseThrow()).doesNotContain("Secure");
            assertThat(answer.body()).doesNotContain("elsewhere");
        }
    }

    @Test
    void aPrefixThatLeadsElsewhereIsRefused() {
        try (TestDashboard world =
                TestDashboard.open(folder, options -> options.behindProxy(true).access(new UsersByName()))) {
            for (String prefix : List.of("//elsewhere.example", "/a\"b", "https://elsewhere.example", "/../x y")) {
                assertThat(world.browser()
                                .get("/log-in", "X-Forwarded-Prefix: " + prefix)
                                .status())
                        .as(prefix)
                        .isEqualTo(400);
            }
        }
    }

    // ---- escaping

    @Test
    void whatIsTypedIsNeverMarkup() {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.access(new UsersByName()))) {
            Browser browser = world.browser();
            browser.get("/log-in");
            String evil = "\"><script>alert(1)</script>'`&";
            Answer answer = browser.post("/log-in", "name", evil, "password", "wrong password");
            assertThat(answer.body()).contains("&lt;script").doesNotContain("<script>alert");
            assertThat(world.browser().get("/log-in?next=%2F%22%3E%3Cscript%3E").body())
                    .doesNotContain("\"><script>");
        }
    }

    @Test
    void theNameOfAUserIsNeverMarkup() {
        Principal user = new Principal("x<script>alert(1)</script>", Role.VIEWER);
        try (TestDashboard world =
                TestDashboard.open(folder, options -> options.access(request -> Optional.of(user)))) {
            Browser browser = world.browser();
            assertThat(browser.get("/sites").body()).contains("x&lt;script").doesNotContain("<script>alert");
        }
    }

    @Test
    void whatAnActionSaysIsNeverMarkupAndNobodyElseCanSayIt() {
        try (TestDashboard world = operating()) {
            Browser browser = world.browser();
            browser.get("/sites");
            browser.post("/sites/harbour/pause");
            String genuine = browser.cookies().get("brain-notice");
            String value = Base64.getUrlEncoder().withoutPadding().encodeToString("forged".getBytes(UTF_8));
            browser.cookies().put("brain-notice", value + genuine.substring(genuine.indexOf('.')));
            assertThat(browser.get("/sites").body()).doesNotContain("forged");
        }
    }

    // ---- evidence

    @Test
    void evidenceIsShownButNeverInterpreted() throws IOException {
        try (TestDashboard world = readOnly()) {
            Files.writeString(world.evidence.resolve("page.html"), "<script>alert(1)</script>");
            Files.writeString(world.evidence.resolve("shot.png"), "png");
            Files.writeString(world.evidence.resolve("drawing.svg"), "<svg/>");
            Files.writeString(world.evidence.resolve("tra\"ce.zip"), "zip");
            Files.createFile(world.evidence.resolve("empty.txt"));
            Browser browser = world.browser();
            Answer page = browser.get("/evidence?path=page.html");
            assertThat(page.header("Content-Type").orElseThrow()).startsWith("text/plain");
            assertThat(page.body()).isEqualTo("<script>alert(1)</script>");
            assertThat(browser.get("/evidence?path=shot.png").header("Content-Type"))
                    .contains("image/png");
            for (String name : List.of("drawing.svg", "tra%22ce.zip")) {
                Answer download = browser.get("/evidence?path=" + name);
                assertThat(download.header("Content-Type")).contains("application/octet-stream");
                assertThat(download.header("Content-Disposition").orElseThrow())
                        .matches("attachment; filename=\"[a-z_.]+\"");
            }
            assertThat(browser.get("/evidence?path=empty.txt").status()).isEqualTo(200);
            for (String name : List.of("page.html", "shot.png", "drawing.svg")) {
                Answer answer = browser.get("/evidence?path=" + name);
                assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
                assertThat(answer.header("Content-Security-Policy").orElseThrow())
                        .contains("default-src 'none'", "sandbox");
                assertThat(answer.header("Cache-Control")).contains("no-store");
            }
        }
    }

    @Test
    void nothingOutsideTheFolderOfEvidenceIsServed() throws IOException {
        try (TestDashboard world = readOnly()) {
            Path secret = Files.writeString(folder.resolve("secret.txt"), "classified");
            Files.writeString(
                    Files.createDirectories(folder.resolve("evidence-of-others"))
                            .resolve("a.txt"),
                    "classified");
            Files.createSymbolicLink(world.evidence.resolve("link.txt"), secret);
            Files.createSymbolicLink(world.evidence.resolve("folder"), folder);
            Files.writeString(world.evidence.resolve("own.txt"), "own");
            assertThat(world.browser().get("/evidence?path=own.txt").body()).isEqualTo("own");
            assertThat(world.browser()
                            .get("/evidence?path=" + world.evidence.resolve("own.txt"))
                            .body())
                    .isEqualTo("own");
            for (String path : List.of(
                    secret.toString(),
                    "../secret.txt",
                    "folder/../../secret.txt",
                    "..%2Fsecret.txt",
                    "..%5Csecret.txt",
                    "%2E%2E/secret.txt",
                    "link.txt",
                    "folder/secret.txt",
                    "../evidence-of-others/a.txt",
                    "/etc/passwd",
                    "own.txt%00.png",
                    "",
                    ".",
                    "%C0%AE%C0%AE/secret.txt")) {
                Answer answer = world.browser().get("/evidence?path=" + path);
                assertThat(answer.status()).as(path).isIn(400, 404);
                assertThat(answer.body()).as(path).doesNotContain("classified", "root:");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/static/../messages_en.properties",
                "/static/..%2Fmessages_en.properties",
                "/static/%2e%2e/messages_en.properties",
                "/static/..%5cmessages_en.properties",
                "/static//etc/passwd",
                "/static/View.class",
                "/static/dashboard.css%00.js",
                "/static/dashboard.css/"
            })
    void onlyTheKnownFilesAreServed(String path) {
        try (TestDashboard world = readOnly()) {
            assertThat(world.browser().get(path).status()).isIn(400, 404);
        }
    }

    // ---- sizes

    @Test
    void whatIsTooLargeIsRefused() {
        try (TestDashboard world = operating()) {
            Browser browser = world.browser();
            browser.get("/sites");
            String origin = "Origin: http://" + browser.authority();
            assertThat(browser.get("/sites?text=" + "x".repeat(9_000)).status()).isEqualTo(414);
            assertThat(browser.get("/sites", "X-Large: " + "x".repeat(40_000)).status())
                    .isEqualTo(431);
            String token = "csrf=" + browser.csrf();
            assertThat(browser.send("POST", "/sites/harbour/pause", token + "&x=" + "x".repeat(300_000), origin, FORM)
                            .status())
                    .isEqualTo(413);
            assertThat(browser.send("POST", "/sites/harbour/pause", token + "&a=b".repeat(2_500), origin, FORM)
                            .status())
                    .isEqualTo(413);
            assertThat(world.isPaused("harbour")).isFalse();
        }
    }

    // ---- failures

    @Test
    void anErrorTellsNothingAboutTheProgram() {
        TestDashboard world = readOnly();
        try (world) {
            world.store.close();
            Answer answer = world.browser().get("/sites");
            assertThat(answer.status()).isIn(500, 503);
            assertThat(answer.body()).doesNotContain("Exception", "dev.brain", "\tat ", "queue.db");
            assertThat(answer.header("Content-Security-Policy")).isPresent();
        }
    }
}
