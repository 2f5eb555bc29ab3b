package dev.brain.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class CaseApplicationTest {
    private static final int ENDED = 5;

    @TempDir
    private Path folder;

    /** Counts the tasks that ended. */
    @Configuration(proxyBeanMethods = false)
    static class Listening {
        @Bean
        CountDownLatch ended() {
            return new CountDownLatch(ENDED);
        }

        @Bean
        BrainListener endListener(CountDownLatch ended) {
            return event -> {
                if (event instanceof BrainEvent.TaskEnded) {
                    ended.countDown();
                }
            };
        }
    }

    @Test
    void claimsCasesAndWorksThemOff() throws InterruptedException {
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(
                        CaseApplication.class, Listening.class)
                .run(
                        "--demo.folder=" + folder.resolve("cases"),
                        "--demo.cases=60",
                        "--brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"))) {
            application.getBean(CountDownLatch.class).await();
            assertThat(application.getBean(Store.class).operations().list(TaskFilter.newest(100)).stream()
                            .filter(task -> task.status() == TaskStatus.COMPLETED))
                    .hasSizeGreaterThanOrEqualTo(ENDED)
                    .allSatisfy(task -> assertThat(task.result()).contains("R-" + task.reference()));
        }
    }
}
