package dev.brain.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class BrainAutoConfigurationTest {
    @TempDir
    private Path folder;

    private Cases cases;

    @BeforeEach
    void createCases() throws SQLException {
        cases = Cases.create(folder.resolve("cases.db"), 3);
    }

    private static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        BrainAutoConfiguration.class,
                        BrainHealthAutoConfiguration.class,
                        BrainEndpointAutoConfiguration.class));
    }

    private ApplicationContextRunner permits() {
        return withSource().withUserConfiguration(PermitApplication.class);
    }

    private ApplicationContextRunner withSource() {
        return runner().withPropertyValues(
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"),
                        "brain.source.url=" + cases.url(),
                        "brain.profiles=classpath:profiles/permits.json");
    }

    private DataSource dataSource(String file) {
        return new DriverManagerDataSource("jdbc:sqlite:" + folder.resolve(file));
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
        permits()
                .withPropertyValues("brain.claim.enabled=true", "brain.worker.enabled=true")
                .run(context -> {
                    context.getBean(CountDownLatch.class).await();
                    assertThat(context.getBean(Store.class).operations().list(TaskFilter.newest(10)))
                            .hasSize(3)
                            .allMatch(task -> task.status() == TaskStatus.COMPLETED);
                    assertThat(cases.claimed()).isEqualTo(3);
                });
    }

    @Test
    void isAbsentIfDisabled() {
        runner().withPropertyValues("brain.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Store.class));
    }

    @Test
    void brainRunsCyclesOnDemand() {
        permits()
                .run(context -> assertThat(
                                context.getBean(Brain.class).runCycle().enqueued())
                        .isEqualTo(3));
    }

    @Test
    void onlyWorksIfClaimingIsOff() {
        permits().run(context -> context.getBean(Brain.class).runCycle());
        runner().withUserConfiguration(PermitApplication.class)
                .withPropertyValues(
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"), "brain.worker.enabled=true")
                .run(context -> {
                    context.getBean(CountDownLatch.class).await();
                    assertThat(context.getBeanFactory().containsSingleton("brain"))
                            .as("a Brain, which needs a system of record")
                            .isFalse();
                });
    }

    @Test
    void dataSourcesAreChosenByName() {
        permits()
                .withBean("work", DataSource.class, () -> dataSource("work.db"))
                .withBean("records", DataSource.class, () -> dataSource("cases.db"))
                .withPropertyValues(
                        "brain.queue.url=",
                        "brain.queue.data-source=work",
                        "brain.source.url=",
                        "brain.source.data-source=records")
                .run(context -> {
                    assertThat(context.getBean(Brain.class).runCycle().enqueued())
                            .isEqualTo(3);
                    assertThat(folder.resolve("work.db")).exists();
                    assertThat(folder.resolve("queue.db")).doesNotExist();
                });
    }

    @Test
    void queueIsNeverGuessed() {
        runner().withBean("work", DataSource.class, () -> dataSource("work.db"))
                .run(
                        context -> assertThat(context)
                                .getFailure()
                                .rootCause()
                                .hasMessage(
                                        "no queue is configured: set brain.queue.data-source to the name of a DataSource bean"
                                                + " (there are: work), or brain.queue.url to a JDBC URL like jdbc:sqlite:queue.db"));
    }

    @Test
    void systemOfRecordIsNeverGuessed() {
        permits()
                .withBean("work", DataSource.class, () -> dataSource("work.db"))
                .withPropertyValues("brain.source.url=", "brain.claim.enabled=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("site permits: it is read from a database, and none is configured: set"
                                + " brain.source.data-source to the name of a DataSource bean (there are: work), or"
                                + " brain.source.url to a JDBC URL"));
    }

    @Test
    void unknownDataSourceIsNamed() {
        permits()
                .withBean("work", DataSource.class, () -> dataSource("work.db"))
                .withPropertyValues("brain.queue.data-source=permits")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage(
                                "there is no DataSource bean 'permits' for brain.queue.data-source; there are: work"));
    }

    @Test
    void queueIsOpenedAfterTheScriptsOfItsDatabase() {
        permits()
                .withBean("work", DataSource.class, () -> dataSource("work.db"))
                .withConfiguration(AutoConfigurations.of(DataSourceInitializationAutoConfiguration.class))
                .withPropertyValues(
                        "brain.queue.data-source=work",
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("work.db"),
                        "spring.sql.init.mode=always",
                        "spring.sql.init.schema-locations=classpath:before-brain.sql")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("tramite_queue"));
    }

    @Test
    void schemaIsValidatedOnly() {
        ApplicationContextRunner validating = permits().withPropertyValues("brain.queue.schema=validate");
        validating.run(
                context -> assertThat(context).getFailure().rootCause().hasMessageStartingWith("there is no queue at"));
        assertThat(folder.resolve("queue.db")).doesNotExist();
        permits().run(context -> assertThat(context).hasNotFailed());
        validating.run(context -> assertThat(context).hasNotFailed());
    }

    @Configuration(proxyBeanMethods = false)
    static class Named {
        @Bean("licences")
        TaskHandler ofTheSite(CountDownLatch handled) {
            return task -> {
                assertThat(task.payload().get("from").asText()).isEqualTo("the bean");
                handled.countDown();
                return TaskOutcome.done();
            };
        }

        @Bean
        PayloadBuilder built() {
            return (site, resource, context) ->
                    Payload.of(JsonNodeFactory.instance.objectNode().put("from", "the bean"));
        }

        @Bean
        CountDownLatch handled() {
            return new CountDownLatch(3);
        }

        @Bean
        SiteRegistry registry() {
            return SiteRegistry.of(List.of(
                    Site.builder("licences").claimant("ROBOT").payload("built").build()));
        }
    }

    @Test
    void sitesChooseBeansByTheirNames() {
        withSource()
                .withUserConfiguration(Named.class)
                .withPropertyValues("brain.claim.enabled=true", "brain.worker.enabled=true")
                .run(context -> context.getBean(CountDownLatch.class).await());
    }

    @Test
    void sitesAreEitherBeansOrOfARegistry() {
        permits()
                .withBean(SiteRegistry.class, () -> SiteRegistry.of(List.of()))
                .run(context -> assertThatThrownBy(() -> context.getBean(Brain.class))
                        .hasRootCauseMessage("there are beans of Site and a SiteRegistry bean: use one of the two"));
    }

    @Test
    void sitesOfTheStoreAreServedIfThereAreNoBeans() {
        withSource().withPropertyValues("brain.queue.schema=create").run(context -> {
            Site site = Site.builder("licences").claimant("ROBOT").build();
            context.getBean(Store.class).sites().save(Actor.ofProcess(), List.of(site), true);
            assertThat(context.getBean(Brain.class).runCycle().enqueued()).isEqualTo(3);
        });
    }

    @Test
    void customizersSetWhatHasNoProperty() {
        permits()
                .withBean(BrainBuilderCustomizer.class, () -> builder -> builder.maxClaims(2))
                .run(context -> assertThat(
                                context.getBean(Brain.class).runCycle().enqueued())
                        .isEqualTo(2));
    }

    @Test
    void variablesAreReadFromTheApplicationsProperties() {
        permits()
                .withPropertyValues(
                        "BRAIN_HOME=/var/${part}", "part=brain", "lower_case=no", "brain.source.user=reader")
                .run(context -> {
                    Environment variables = context.getBean("brainEnvironment", Environment.class);
                    assertThat(variables.get("BRAIN_HOME")).contains("/var/brain");
                    assertThat(variables.get("BRAIN_SOURCE_USER")).contains("reader");
                    assertThat(variables.get("lower_case")).isEmpty();
                });
    }

    /** Imports by name, as a Spring Boot application does. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        BrainAutoConfiguration.class,
        BrainEndpointAutoConfiguration.class,
        BrainHealthAutoConfiguration.class
    })
    static class Everything {}

    private ApplicationContextRunner everything() {
        return new ApplicationContextRunner()
                .withUserConfiguration(Everything.class)
                .withPropertyValues(
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"),
                        "management.endpoints.jmx.exposure.include=brain",
                        "spring.jmx.enabled=true");
    }

    @Test
    void healthAndEndpointAreThereIfTheirClassesAre() {
        everything()
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(BrainHealthIndicator.class)
                        .hasSingleBean(BrainEndpoint.class));
    }

    @Test
    void worksWithoutTheOptionalClasses() {
        everything()
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.boot.health",
                        "org.springframework.boot.actuate",
                        "org.springframework.boot.sql"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Store.class)
                        .doesNotHaveBean("brainHealthIndicator")
                        .doesNotHaveBean("brainEndpoint"));
    }

    @Test
    void healthShowsWhatRunsAndIsDownWithoutAQueue() {
        permits().withPropertyValues("brain.worker.enabled=true").run(context -> {
            context.getBean(Brain.class).runCycle();
            Health health = health(context.getBean(BrainHealthIndicator.class));
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("working", true)
                    .doesNotContainKey("claiming")
                    .containsKey("openIncidents");
            assertThat(health.getDetails().get("lastCycle"))
                    .isInstanceOfSatisfying(
                            BrainStatus.Cycle.class,
                            cycle -> assertThat(cycle.enqueued()).isEqualTo(3));
            context.getBean(Store.class).close();
            assertThat(health(context.getBean(BrainHealthIndicator.class)).getStatus())
                    .isEqualTo(Status.DOWN);
        });
    }

    private static Health health(BrainHealthIndicator indicator) {
        return requireNonNull(indicator.health());
    }

    @Test
    void endpointShowsTheNumbersOfTheQueue() {
        permits()
                .withPropertyValues("management.endpoints.jmx.exposure.include=brain", "spring.jmx.enabled=true")
                .run(context -> {
                    context.getBean(Brain.class).runCycle();
                    context.getBean(Store.class).operations().pause(Actor.ofProcess(), Cases.SITE, true);
                    BrainStatus.Report report =
                            context.getBean(BrainEndpoint.class).report();
                    assertThat(report.tasks()).isEqualTo(Map.of(Cases.SITE, Map.of("pending", 3L)));
                    assertThat(report.pausedSites()).containsExactly(Cases.SITE);
                    assertThat(report.running()).isEmpty();
                });
    }
}
