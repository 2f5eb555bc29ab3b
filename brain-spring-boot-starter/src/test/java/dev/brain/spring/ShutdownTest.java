package dev.brain.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.event.ContextClosedEvent;

/** An application that is stopped while a handler runs. */
class ShutdownTest {
    @TempDir
    private Path folder;

    private ApplicationContextRunner application;

    @BeforeEach
    void queueOneCase() throws SQLException {
        Cases cases = Cases.create(folder.resolve("cases.db"), 1);
        application = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(BrainAutoConfiguration.class, LifecycleAutoConfiguration.class))
                .withBean(
                        Site.class,
                        () -> Site.builder(Cases.SITE)
                                .claimant("ROBOT")
                                .setting("handler", "filing")
                                .build())
                .withPropertyValues(
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"),
                        "brain.source.url=" + cases.url(),
                        "brain.profiles=classpath:profiles/permits.json",
                        "brain.worker.grace=1h");
        application.run(context ->
                assertThat(context.getBean(Brain.class).runCycle().enqueued()).isEqualTo(1));
    }

    /** Files the case when the application is being stopped. */
    @Configuration(proxyBeanMethods = false)
    static class Slow {
        private final CountDownLatch handling = new CountDownLatch(1);
        private final CountDownLatch stopping = new CountDownLatch(1);

        @Bean
        TaskHandler filing() {
            return task -> {
                handling.countDown();
                stopping.await();
                return TaskOutcome.done();
            };
        }

        /** Is destroyed after the phases have ended, and before what it depends on. */
        @Bean
        @DependsOn("brainWorking")
        DisposableBean destroyedFirst() {
            return stopping::countDown;
        }
    }

    private void close(ApplicationContextRunner stopped) {
        stopped.withUserConfiguration(Slow.class)
                .withPropertyValues("brain.worker.enabled=true")
                .run(context -> context.getBean(Slow.class).handling.await());
        application.run(
                context -> assertThat(context.getBean(Store.class).operations().list(TaskFilter.newest(10)))
                        .singleElement()
                        .satisfies(task -> assertThat(task.status()).isEqualTo(TaskStatus.COMPLETED)));
    }

    @Test
    void handlerEndsInThePhaseOfItsWorker() {
        close(application.withInitializer(context -> context.addApplicationListener(event -> {
            if (event instanceof ContextClosedEvent) {
                context.getBean(Slow.class).stopping.countDown();
            }
        })));
    }

    @Test
    void queueStaysOpenForAHandlerThatTakesLongerThanItsPhase() {
        close(application.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=1ms"));
    }

    @Test
    void claimingStops() {
        application.withPropertyValues("brain.claim.enabled=true").run(context -> {
            PartLifecycle claiming = context.getBean(PartLifecycle.class);
            assertThat(claiming.isRunning()).isTrue();
            assertThat(claiming.isPauseable()).isFalse();
            claiming.stop();
            assertThat(claiming.isRunning()).isFalse();
            context.getBean(Brain.class).awaitStop();
        });
    }

    @Test
    void workingStartsAgain() {
        application
                .withBean("filing", TaskHandler.class, () -> task -> TaskOutcome.done())
                .withPropertyValues("brain.worker.enabled=true", "brain.phase=7")
                .run(context -> {
                    PartLifecycle working = context.getBean(PartLifecycle.class);
                    assertThat(working.getPhase()).isEqualTo(7);
                    working.stop();
                    working.start();
                    assertThat(working.isRunning()).isTrue();
                });
    }
}
