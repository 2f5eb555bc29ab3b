package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class FakeIntranetTest {
    @TempDir
    private Path folder;

    @Test
    void allCasesOfAPlainIntranetAreClaimed() {
        try (FakeOffice office = new FakeOffice(folder, FakeIntranet::new)) {
            office.intranet.cases(3);
            FakeOffice.Outcome outcome = office.run();

            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L, 103L);
            assertThat(office.intranet.pressed()).containsExactlyInAnyOrder(101L, 102L, 103L);
            assertThat(office.intranet.holders().values()).containsOnly(FakeIntranet.USER);
        }
    }
}
