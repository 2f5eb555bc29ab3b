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
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class BrainAutoConfigurationTest {
    @TempDir
    Path folder;

    private Cases cases;
    private ApplicationContextRunner application;

    @BeforeEach
    void createCases() throws SQLException {
        cases = Cases.create(folder.resolve("cases.db"), 3);
        application = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(BrainAutoConfiguration.class))
                .withPropertyValues("brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Permits {
        @Bean
        Site permits() {
            return Site.builder(Cases.SITE)
                    .claimant("ROBOT")
                    .setting("handler", "filing")
                    .build();
        }

        @Bean
        TaskHandler filing() {
            return task -> TaskOutcome.done();
        }
    }

    private ApplicationContextRunner permits() {
        return application
                .withUserConfiguration(Permits.class)
                .withPropertyValues("brain.source.url=" + cases.url(), "brain.profiles=classpath:profiles/permits.json");
    }

    @Test
    void neitherClaimsNorWorksUnlessEnabled() {
        permits().run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Store.class).doesNotHaveBean(PartLifecycle.class);
            assertThat(cases.claimed()).isZero();
        });
    }

    @Test
    void claimsAndWorksOff() {
        permits().withPropertyValues("brain.claim.enabled=true", "brain.worker.enabled=true").run(context -> {
            Store store = context.getBean(Store.class);
            while (store.operations().list(TaskFilter.newest(10)).stream()
                            .filter(task -> task.status() == TaskStatus.COMPLETED)
                            .count()
                    < 3) {
                Thread.onSpinWait();
            }
            assertThat(cases.claimed()).isEqualTo(3);
        });
    }

    @Test
    void brainRunsCyclesOnDemandThoughClaimingIsOff() {
        permits().run(context -> {
            assertThat(context.getBean(Brain.class).runCycle().enqueued()).isEqualTo(3);
        });
    }

    @Test
    void dataSourcesAreChosenByName() {
        permits()
                .withBean("work", DataSource.class, () -> new DriverManagerDataSource(
                        "jdbc:sqlite:" + folder.resolve("work.db")))
                .withBean("records", DataSource.class, () -> new DriverManagerDataSource(cases.url()))
                .withPropertyValues("brain.queue.url=", "brain.queue.data-source=work", "brain.source.data-source=records")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Brain.class).runCycle().enqueued()).isEqualTo(3);
                    assertThat(folder.resolve("work.db")).exists();
                });
    }

    @Test
    void dataSourceIsNeverGuessed() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(BrainAutoConfiguration.class))
                .withBean("work", DataSource.class, () -> new DriverManagerDataSource(cases.url()))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("no queue is configured: set brain.queue.data-source to the name of a DataSource bean"
                                + " (there are: work), or brain.queue.url to a JDBC URL like jdbc:sqlite:queue.db"));
    }
}
