package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import dev.brain.history.Actor;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites, workers, cycles and the history in a real browser. It leaves a picture of each page in {@code target/pictures}. */
@Tag("slow")
class SitePagesInBrowserTest {
    private static final List<String> PATHS =
            List.of("/sites", "/sites/taxes", "/sites/taxes/settings", "/cycles", "/cycles/12", "/workers", "/history");
    private static final String AXE = "META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    private static final double PATIENT = 60_000;

    private static Playwright playwright;
    private static Browser browser;
    private static String axe;

    @TempDir
    private Path folder;

    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void startBrowser() throws IOException {
        try (InputStream stream = SitePagesInBrowserTest.class.getClassLoader().getResourceAsStream(AXE)) {
            axe = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable())
                        .setArgs(List.of("--no-sandbox"))
                        .setTimeout(PATIENT));
    }

    private static Path executable() {
        return Optional.ofNullable(System.getenv("BRAIN_BROWSER"))
                .map(Path::of)
                .or(() -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .flatMap(path -> Stream.of("chromium", "chromium-browser", "google-chrome")
                                .map(name -> Path.of(path, name)))
                        .filter(Files::isExecutable)
                        .findFirst())
                .orElseThrow();
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
        playwright.close();
    }

    private Page page(OperatorsDay day, ColorScheme scheme, int width) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL("http://127.0.0.1:" + day.server.address().getPort())
                .setColorScheme(scheme)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Madrid")
                .setViewportSize(width, width == 390 ? 844 : 900));
        context.setDefaultTimeout(PATIENT);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
        return page;
    }

    private static void busy(OperatorsDay day) {
        day.cycles(24);
        day.queued("taxes", 1, 2, 3, 4, 5);
        day.queued("harbour", 11, 12);
        day.queued("parks", 21);
        day.taken("robot-1@office", "taxes");
        day.taken("robot-2@office", "harbour");
        day.store.operations().pause(new Actor("Pau"), "parks", true);
        day.clock.advance(Duration.ofMinutes(6));
    }

    @Test
    void everyPageFitsAndHasNoBarrier() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            busy(day);
            day.browser().get("/sites/taxes");
            dev.brain.dashboard.Browser operator = day.browser();
            operator.get("/sites/taxes");
            operator.post("/sites/taxes/check");
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                for (int width : List.of(1280, 390)) {
                    Page page = page(day, scheme, width);
                    for (String path : PATHS) {
                        page.navigate(path);
                        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
                        String name = scheme + "-" + width + path.replace('/', '-') + ".png";
                        page.screenshot(new Page.ScreenshotOptions()
                                .setPath(Path.of("target", "pictures", name.toLowerCase(java.util.Locale.ROOT)))
                                .setFullPage(true));
                        assertThat(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
                                .as("%s at %d", path, width)
                                .isEqualTo(0);
                        assertThat(barriers(page))
                                .as("%s %s %d", path, scheme, width)
                                .isEmpty();
                    }
                    page.context().close();
                }
            }
            assertThat(complaints).isEmpty();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<String> barriers(Page page) {
        page.evaluate(axe);
        return (List<String>)
                page.evaluate(
                        "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))");
    }

    /** Presses the tabulator until an element that matches has the focus. */
    private static void tabTo(Page page, String selector) {
        for (int i = 0; i < 200; i++) {
            page.keyboard().press("Tab");
            if (Boolean.TRUE.equals(page.evaluate("selector => document.activeElement.matches(selector)", selector))) {
                return;
            }
        }
        throw new AssertionError("the keyboard does not reach " + selector);
    }

    @Test
    void aSiteIsPausedAndItsSettingsAreChangedByTheKeyboardAlone() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Page page = page(day, ColorScheme.LIGHT, 1280);
            page.navigate("/sites");
            tabTo(page, "tbody a[href='/sites/harbour']");
            page.keyboard().press("Enter");
            page.waitForURL("**/sites/harbour");
            tabTo(page, "form[action='/sites/harbour/pause'] button");
            page.keyboard().press("Enter");
            page.waitForSelector("[role=status]:has-text('harbour is paused')");
            assertThat(day.store.operations().siteStates())
                    .anyMatch(state -> state.siteId().equals("harbour") && state.paused());

            tabTo(page, "a[href='/sites/harbour/settings']");
            page.keyboard().press("Enter");
            page.waitForURL("**/sites/harbour/settings");
            tabTo(page, "#field-max_claims");
            page.keyboard().press("Control+A");
            page.keyboard().type("35");
            tabTo(page, "form.settings button");
            page.keyboard().press("Enter");
            page.waitForSelector("text=One setting would change");
            assertThat(day.stored("harbour").maxClaims()).isEqualTo(20);
            tabTo(page, "form[action='/sites/harbour/settings/save'] button");
            page.keyboard().press("Enter");
            page.waitForSelector("[role=status]:has-text('harbour is changed')");
            assertThat(day.stored("harbour").maxClaims()).isEqualTo(35);
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void filtersAndPagesWorkWithoutAScript() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            busy(day);
            BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                    .setBaseURL("http://127.0.0.1:" + day.server.address().getPort())
                    .setLocale("en-GB")
                    .setJavaScriptEnabled(false));
            context.setDefaultTimeout(PATIENT);
            Page page = context.newPage();
            page.navigate("/cycles");
            page.locator("select[name=site]").selectOption("taxes");
            page.locator("input[name=errors]").check();
            page.locator("form[role=search] button").click();
            page.waitForURL("**/cycles?site=taxes&errors=yes");
            assertThat(page.locator("tbody th a").count()).isEqualTo(8);

            page.navigate("/cycles");
            page.locator("a[rel=next]").click();
            page.waitForURL("**/cycles?before=5");
            assertThat(page.locator("tbody th a").count()).isEqualTo(4);

            page.navigate("/sites");
            page.locator("form[action='/sites/parks/resume'] button").click();
            page.waitForSelector("text=parks goes on");
            page.navigate("/history");
            page.locator("input[name=person]").fill("Olga");
            page.locator("form[role=search] button").click();
            page.waitForSelector("td:has-text('Olga')");
            assertThat(page.locator("tbody tr").count()).isEqualTo(1);
            context.close();
        }
    }
}
