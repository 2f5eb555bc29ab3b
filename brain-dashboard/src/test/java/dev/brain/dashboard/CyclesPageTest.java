package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CyclesPageTest {
    @TempDir
    private Path folder;

    @Test
    void theLastCyclesAreListedByPages() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.cycles(30);
            Browser browser = day.browser();
            assertThat(browser.get("/cycles").body())
                    .contains("/cycles/30\"", "/cycles/11\"", "before=11", "<svg")
                    .doesNotContain("/cycles/10\"");
            assertThat(browser.get("/cycles?before=11").body())
                    .contains("/cycles/10\"", "/cycles/1\"", "First page")
                    .doesNotContain("/cycles/11\"", "rel=\"next\"");
        }
    }

    @Test
    void aSiteAndErrorsAreFiltersInTheAddress() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.cycles(4);
            Browser browser = day.browser();
            assertThat(browser.get("/cycles?errors=yes").body())
                    .contains("/cycles/3\"")
                    .doesNotContain("/cycles/1\"", "/cycles/2\"", "/cycles/4\"");
            assertThat(browser.get("/cycles?errors=yes&site=harbour").body()).contains("Nothing matches");
            assertThat(browser.get("/cycles?site=taxes").body()).contains("<td class=\"number\">11</td>");
        }
    }

    @Test
    void theReportOfACycleHasItsErrors() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            day.cycles(3);
            String page = day.browser().get("/cycles/3").body();
            assertThat(page)
                    .contains(
                            "the table &lt;b&gt;cases&lt;/b&gt; can’t be read", "case 77 was claimed by somebody else")
                    .contains("One more site had nothing to do.");
            assertThat(page.indexOf("/sites/taxes\"")).isLessThan(page.indexOf("/sites/harbour\""));
            assertThat(day.browser().get("/cycles/4").status()).isEqualTo(404);
            assertThat(day.browser().get("/cycles/x").status()).isEqualTo(404);
        }
    }

    @Test
    void withoutCyclesThePageSaysHowToStartThem() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            assertThat(day.browser().get("/cycles").body()).contains("No cycle has run yet");
        }
    }
}
