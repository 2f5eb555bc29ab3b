package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.Browser.Answer;
import dev.brain.dashboard.access.Principal.Role;
import dev.brain.history.History;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Event;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SitePagesTest {
    private static final Pattern VERSION = Pattern.compile("name=\"version\" value=\"([^\"]*)\"");

    @TempDir
    private Path folder;

    private static String version(Answer answer) {
        Matcher matcher = VERSION.matcher(answer.body());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static Entry last(OperatorsDay day) {
        return day.store.history().list(History.Filter.newest(1)).get(0);
    }

    @Test
    void theListSaysWhatEachSiteIsDoing() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.cycles(1);
            day.store.operations().pause(OperatorsDay.NORA, "parks", true);
            day.store.sites().setActive(OperatorsDay.NORA, "taxes", false);
            String page = day.browser().get("/sites").body();
            assertThat(page).contains(">harbour</a>", ">active<", ">paused<", ">inactive<", "3 candidates, 1 queued");
            assertThat(page).contains("action=\"/sites/parks/resume\"", "action=\"/sites/harbour/pause\"");
        }
    }

    @Test
    void nameStateAndPageAreInTheAddress() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.store.operations().pause(OperatorsDay.NORA, "parks", true);
            Browser browser = day.browser();
            assertThat(browser.get("/sites?text=HARB").body())
                    .contains("/sites/harbour")
                    .doesNotContain("/sites/parks");
            assertThat(browser.get("/sites?state=paused").body())
                    .contains("/sites/parks")
                    .doesNotContain("/sites/harbour");
            assertThat(browser.get("/sites?text=nowhere").body()).contains("Nothing matches");
            day.store
                    .sites()
                    .save(
                            OperatorsDay.NORA,
                            IntStream.range(0, 60)
                                    .mapToObj(i ->
                                            Site.builder("s%02d".formatted(i)).build())
                                    .toList(),
                            false);
            String first = browser.get("/sites?text=s").body();
            assertThat(first).contains("rel=\"next\"", "after=s48").doesNotContain("/sites/s49\"");
            assertThat(browser.get("/sites?text=s&after=s48").body())
                    .contains("/sites/s49\"", "/sites/s59\"", "/sites/taxes\"", "First page")
                    .doesNotContain("/sites/s48\"", "rel=\"next\"");
        }
    }

    @Test
    void aSiteHasItsLimitsItsLastCycleAndItsSettings() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.cycles(3);
            String page = day.browser().get("/sites/taxes").body();
            assertThat(page)
                    .contains("Mon-Fri 08:00-20:00, Sat 09:00-14:00", "(Europe/Madrid)", "Cycle 3")
                    .contains("their reference does not match the pattern", "case 77 was claimed by somebody else")
                    .contains("the table &lt;b&gt;cases&lt;/b&gt; can’t be read")
                    .contains("max_claims", ">20<", "a whole number", ">body", ">TAXES<");
            assertThat(day.browser().get("/sites/nowhere").status()).isEqualTo(404);
        }
    }

    @Test
    void aSiteIsPausedResumedDisabledAndEnabledByThePrincipal() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Browser browser = day.browser();
            assertThat(browser.get("/sites/harbour").body())
                    .contains("No worker takes its tasks, and nothing is claimed for it, until somebody resumes it.");
            Answer answer = browser.post("/sites/harbour/pause", "from", "site");
            assertThat(answer.header("Location")).contains("/sites/harbour");
            assertThat(browser.get("/sites/harbour").body()).contains("A person paused it");
            browser.post("/sites/harbour/resume", "from", "site");
            browser.post("/sites/harbour/disable", "from", "site");
            assertThat(day.stored("harbour").active()).isFalse();
            assertThat(browser.post("/sites/harbour/enable", "from", "list").header("Location"))
                    .contains("/sites");
            assertThat(day.store.history().list(History.Filter.newest(4)))
                    .extracting(Entry::event)
                    .containsExactly(Event.SITE_ENABLED, Event.SITE_DISABLED, Event.SITE_RESUMED, Event.SITE_PAUSED);
            assertThat(last(day).actor().name()).isEqualTo("Olga");
        }
    }

    @Test
    void aCheckShowsItsFindingsToEverybody() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Browser browser = day.browser();
            assertThat(browser.get("/sites/taxes").body()).contains("It writes nothing");
            Answer answer = browser.post("/sites/taxes/check");
            assertThat(answer.header("Location")).contains("/sites/taxes#check");
            assertThat(day.browser().get("/sites/taxes").body())
                    .contains("Checked by Olga", "<th scope=\"row\">pattern</th>");
            assertThat(browser.post("/sites/nowhere/check").status()).isEqualTo(404);
        }
    }

    @Test
    void aChangeIsShownFirstAndThenSavedAndRecorded() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Browser browser = day.browser();
            Answer form = browser.get("/sites/harbour/settings");
            assertThat(form.body()).contains("name=\"setting.max_claims\"").doesNotContain("name=\"setting.body\"");
            String version = version(form);
            String[] fields = {
                "version",
                version,
                "setting.max_claims",
                "35",
                "setting.approval",
                "true",
                "setting.rate",
                "30/h",
                "setting.hours",
                "",
                "setting.breaker_pause",
                "90"
            };
            Answer review = browser.post("/sites/harbour/settings", fields);
            assertThat(review.body()).contains("5 settings would change", "made by Olga");
            assertThat(day.stored("harbour").maxClaims()).isEqualTo(20);

            Site before = day.stored("harbour");
            assertThat(browser.post("/sites/harbour/settings/save", fields).status())
                    .isEqualTo(303);
            Site after = day.stored("harbour");
            assertThat(after)
                    .isEqualTo(before.toBuilder()
                            .maxClaims(35)
                            .setting("approval", true)
                            .setting("rate", "30/h")
                            .setting("hours", null)
                            .setting("breaker_pause", 90)
                            .build());
            assertThat(last(day).event()).isEqualTo(Event.SITE_CHANGED);
            assertThat(last(day).actor().name()).isEqualTo("Olga");
            assertThat(last(day).detail()).contains("max_claims: 20 → 35", "approval: – → true", "Sat 09:00-14:00 → –");
        }
    }

    @Test
    void aValueThatAnImportWouldRefuseIsNotSaved() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Browser browser = day.browser();
            Site before = day.stored("harbour");
            String version = version(browser.get("/sites/harbour/settings"));
            for (String[] wrong : List.of(
                    new String[] {"setting.max_claims", "many"},
                    new String[] {"setting.max_claims", "0"},
                    new String[] {"setting.hours", "always"},
                    new String[] {"setting.time_zone", "Atlantis"})) {
                for (String step : List.of("/sites/harbour/settings", "/sites/harbour/settings/save")) {
                    Answer answer = browser.post(step, "version", version, wrong[0], wrong[1]);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body())
                            .as(wrong[0])
                            .contains("role=\"alert\"", wrong[0].substring("setting.".length()))
                            .doesNotContain("action=\"/sites/harbour/settings/save\"");
                }
            }
            assertThat(day.stored("harbour")).isEqualTo(before);
        }
    }

    @Test
    void aSettingThatIsNotDeclaredEditableIsNotChanged() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Browser browser = day.browser();
            Site before = day.stored("harbour");
            String version = version(browser.get("/sites/harbour/settings"));
            browser.post(
                    "/sites/harbour/settings/save",
                    "version",
                    version,
                    "setting.bot_username",
                    "EVIL",
                    "setting.body",
                    "OTHER",
                    "setting.own",
                    "x");
            assertThat(day.stored("harbour")).isEqualTo(before);
        }
    }

    @Test
    void aFormOfAnEarlierStateChangesNothing() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Browser browser = day.browser();
            String version = version(browser.get("/sites/harbour/settings"));
            Site changed = day.stored("harbour").toBuilder().priority(7).build();
            day.store.sites().save(OperatorsDay.NORA, List.of(changed), false);
            Answer answer =
                    browser.post("/sites/harbour/settings/save", "version", version, "setting.max_claims", "35");
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.body()).contains("Somebody changed the site in the meantime");
            assertThat(day.stored("harbour")).isEqualTo(changed);
        }
    }

    @Test
    void noActionIsDoneForAViewerOrReadOnly() {
        String[] actions = {"pause", "resume", "enable", "disable", "check", "settings", "settings/save"};
        for (boolean isViewer : List.of(true, false)) {
            try (OperatorsDay day = OperatorsDay.open(
                    folder.resolve("" + isViewer), isViewer ? Role.VIEWER : Role.OPERATOR, isViewer)) {
                Browser browser = day.browser();
                String page = browser.get("/sites/harbour").body();
                assertThat(page).contains("An operator can check the site").doesNotContain("<form method=\"post\"");
                assertThat(browser.get("/sites/harbour/settings").status()).isEqualTo(403);
                long before = last(day).id();
                for (String action : actions) {
                    assertThat(browser.post("/sites/harbour/" + action).status())
                            .as(action)
                            .isEqualTo(403);
                }
                assertThat(last(day).id()).isEqualTo(before);
            }
        }
    }

    @Test
    void everyLanguageHasEveryText() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.cycles(3);
            day.store.operations().pause(OperatorsDay.NORA, "parks", true);
            for (String language : List.of("en", "es", "ca")) {
                for (String path : List.of(
                        "/sites",
                        "/sites/taxes",
                        "/sites/parks",
                        "/sites/taxes/settings",
                        "/cycles",
                        "/cycles/3",
                        "/workers",
                        "/history")) {
                    Answer answer = day.browser().get(path, "Accept-Language: " + language);
                    assertThat(answer.status()).as(language + path).isEqualTo(200);
                    assertThat(answer.body()).contains("<html lang=\"" + language + "\"");
                }
            }
            assertThat(day.browser().get("/sites/taxes", "Accept-Language: ca").body())
                    .contains("el màxim d’assignacions en un cicle", "un nombre enter");
        }
    }
}
