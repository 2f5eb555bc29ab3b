package dev.brain.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Adds the health indicator {@code brain}. */
@AutoConfiguration(after = BrainAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("brain")
@ConditionalOnBean(BrainStatus.class)
final class BrainHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "brainHealthIndicator")
    HealthIndicator brainHealthIndicator(BrainStatus status) {
        return new BrainHealthIndicator(status);
    }
}
