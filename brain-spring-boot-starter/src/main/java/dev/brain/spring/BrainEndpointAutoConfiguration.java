package dev.brain.spring;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Adds the actuator's endpoint {@code brain}. */
@AutoConfiguration(after = BrainAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(BrainEndpoint.class)
@ConditionalOnBean(BrainStatus.class)
final class BrainEndpointAutoConfiguration {
    @Bean
    BrainEndpoint brainEndpoint(BrainStatus status) {
        return new BrainEndpoint(status);
    }
}
