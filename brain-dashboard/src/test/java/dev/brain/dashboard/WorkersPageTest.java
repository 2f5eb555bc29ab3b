package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkersPageTest {
    @TempDir
    private Path folder;

    @Test
    void aWorkerIsListedWhileItHasATask() {
        try (OperatorsDay day = OperatorsDay.open(folder)) {
            Browser browser = day.browser();
            assertThat(browser.get("/workers").body()).contains("No worker has a task, and none is ready for one.");
            day.queued("harbour", 7);
            day.clock.advance(Duration.ofMinutes(2));
            assertThat(browser.get("/workers").body()).contains("No worker has a task, but 1 are ready.");
            day.taken("robot-1", "harbour");
            day.clock.advance(Duration.ofMinutes(2));
            assertThat(browser.get("/workers").body())
                    .contains("<th scope=\"row\">robot-1</th>")
                    .doesNotContain("has run out");
            day.clock.advance(Duration.ofMinutes(20));
            assertThat(browser.get("/workers").body()).contains("has run out: the worker may be dead");
        }
    }
}
