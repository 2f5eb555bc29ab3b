package dev.brain.spring;

import dev.brain.micrometer.BrainMeters;
import dev.brain.micrometer.BrainTracing;
import dev.brain.queue.Store;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Adds the meters of Brain to the application's registry, and its traces. Both are listeners, like the application's. */
@AutoConfiguration(
        after = BrainAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnClass({BrainMeters.class, MeterRegistry.class})
@ConditionalOnBean(BrainParts.class)
final class BrainMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(MeterRegistry.class)
    BrainMeters brainMeters(MeterRegistry registry, Store store) {
        return BrainMeters.of(registry).watch(store);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(ObservationRegistry.class)
    BrainTracing brainTracing(ObservationRegistry registry) {
        return BrainTracing.of(registry);
    }
}
