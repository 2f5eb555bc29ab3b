package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real processes that pass for drivers. */
class BrowserProcessesTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Starts a process that ends only if it is ended. */
    private static Process start(String name) {
        try {
            // waits for input that never comes
            return new ProcessBuilder("sh", "-c", "read line; true", name).start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDriverThatHangsAtItsStartIsEndedAndAnotherCanBeStarted() throws Exception {
        BrowserProcesses hanging = new BrowserProcesses();
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Integer> start = CompletableFuture.supplyAsync(() -> hanging.driver(() -> {
            Process driver = start("run-driver");
            started.countDown();
            return driver.onExit().join().exitValue();
        }));
        started.await();
        hanging.kill(LIMIT);

        assertThat(start.get(LIMIT.toMinutes(), TimeUnit.MINUTES)).isNotZero();
        assertThat(new BrowserProcesses().driver(() -> "another")).isEqualTo("another");
        assertThatThrownBy(() -> hanging.driver(() -> "too late")).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aProcessThatIsStartedMeanwhileButIsNoDriverIsLeftAlone() {
        BrowserProcesses processes = new BrowserProcesses();
        Process other = processes.driver(() -> start("something-else"));
        try {
            processes.kill(LIMIT);

            assertThat(other.isAlive()).isTrue();
            assertThat(processes.all()).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }
}
