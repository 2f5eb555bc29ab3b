package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryPageTest {
    private static final Pattern NEXT = Pattern.compile("href=\"([^\"]*)\" rel=\"next\"");

    @TempDir
    private Path folder;

    private static int rows(String page) {
        return page.split("<td class=\"nowrap\">", -1).length - 1;
    }

    @Test
    void siteAndPersonAreFiltersInTheAddress() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.store.operations().pause(OperatorsDay.NORA, "parks", true);
            day.store.operations().pause(new Actor("Pau"), "harbour", true);
            Browser browser = day.browser();
            assertThat(rows(browser.get("/history").body())).isEqualTo(5);
            assertThat(browser.get("/history?person=Pau").body())
                    .contains("/sites/harbour\"")
                    .doesNotContain("/sites/parks\"");
            String ofParks = browser.get("/history?site=parks&person=Nora").body();
            assertThat(rows(ofParks)).isEqualTo(2);
            assertThat(browser.get("/history?person=Nobody").body()).contains("Nothing matches these filters.");
        }
    }

    @Test
    void sinceIsATimeOfTheViewersZone() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.clock.advance(Duration.ofHours(1));
            day.store.operations().pause(OperatorsDay.NORA, "parks", true);
            Browser browser = day.browser();
            // the sites were imported at 10:30 in Madrid, and paused at 11:30
            assertThat(rows(browser.get("/history?since=2026-03-02T10:30").body()))
                    .isEqualTo(4);
            assertThat(rows(browser.get("/history?since=2026-03-02T11:30").body()))
                    .isEqualTo(1);
            assertThat(rows(browser.get("/history?since=2026-03-02T11:31").body()))
                    .isZero();
            assertThat(rows(browser.get("/history?since=2026-03-02").body())).isEqualTo(4);
            assertThat(browser.get("/history?since=yesterday").status()).isEqualTo(400);
        }
    }

    @Test
    void pagesFollowOneAnotherWithoutGapsOrRepetitions() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            for (int i = 0; i < 60; i++) {
                day.store.operations().pause(OperatorsDay.NORA, "parks", i % 2 == 0);
            }
            Browser browser = day.browser();
            String first = browser.get("/history?site=parks").body();
            assertThat(rows(first)).isEqualTo(50);
            Matcher next = NEXT.matcher(first);
            assertThat(next.find()).isTrue();
            // somebody changes something while the first page is read
            day.store.operations().pause(OperatorsDay.NORA, "parks", true);
            String second = browser.get(next.group(1).replace("&amp;", "&")).body();
            assertThat(rows(second)).isEqualTo(11);
            assertThat(second).contains("First page").doesNotContain("rel=\"next\"");
        }
    }

    @Test
    void aPageThatReachesEarlierEntriesIsTheLastOne() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            for (int i = 0; i < 60; i++) {
                day.store.operations().pause(OperatorsDay.NORA, "parks", i % 2 == 0);
            }
            day.clock.advance(Duration.ofHours(1));
            for (int i = 0; i < 5; i++) {
                day.store.operations().pause(OperatorsDay.NORA, "parks", i % 2 == 0);
            }
            String page = day.browser().get("/history?since=2026-03-02T11:00").body();
            assertThat(rows(page)).isEqualTo(5);
            assertThat(page).doesNotContain("rel=\"next\"");
        }
    }
}
