package dev.brain.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.micrometer.BrainMeters;
import dev.brain.micrometer.BrainTracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class MetricsAutoConfigurationTest {
    @TempDir
    private Path folder;

    private ApplicationContextRunner application;

    /** Imports by name, as a Spring Boot application does. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({BrainAutoConfiguration.class, BrainMetricsAutoConfiguration.class})
    static class Application {}

    @BeforeEach
    void createCases() throws SQLException {
        application = new ApplicationContextRunner()
                .withUserConfiguration(Application.class, PermitApplication.class)
                .withPropertyValues(
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"),
                        "brain.source.url="
                                + Cases.create(folder.resolve("cases.db"), 3).url(),
                        "brain.profiles=classpath:profiles/permits.json");
    }

    @Test
    void metersCountCycles() {
        application.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            context.getBean(Brain.class).runCycle();
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("brain.claims")
                            .tags("site", Cases.SITE, "outcome", "won")
                            .counter()
                            .count())
                    .isEqualTo(3);
            assertThat(context).doesNotHaveBean(BrainTracing.class);
        });
    }

    @Test
    void tracesGoToTheObservationRegistry() {
        application
                .withBean(ObservationRegistry.class, ObservationRegistry::create)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(BrainTracing.class)
                        .doesNotHaveBean(BrainMeters.class));
    }

    @Test
    void areAbsentWithoutTheirClasses() {
        application
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withClassLoader(new FilteredClassLoader("dev.brain.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("brainMeters"));
    }
}
