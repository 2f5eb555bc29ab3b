package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.playwright.Office.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims by web page as they go when nothing goes wrong, in a real browser. */
class WebClaimTest {
    @TempDir
    private Path folder;

    @Test
    void casesAreClaimedAsAPersonDoesIt() {
        try (Office office = new Office(folder).cases("PRUEBA", 3)) {
            Outcome outcome = office.run(office.site("prueba", "%PRUEBA%"));

            assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
            assertThat(outcome.report().enqueued()).isEqualTo(3);
            assertThat(office.owners()).hasSize(3).containsValue(Office.ROBOT);
            assertThat(office.intranet.logins()).isEqualTo(1);
            assertThat(office.intranet.assignments()).isEqualTo(3);
        }
    }
}
