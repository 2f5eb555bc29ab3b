package dev.brain.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class ConfigurationFailureAnalyzerTest {
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(BrainAutoConfiguration.class)
    static class Unconfigured {}

    @Test
    void anApplicationThatCannotStartSaysWhatToSet(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Unconfigured.class)
                        .web(WebApplicationType.NONE)
                        .run())
                .hasRootCauseInstanceOf(ConfigurationException.class);
        assertThat(output)
                .contains("APPLICATION FAILED TO START", "no queue is configured: set brain.queue.data-source");
    }
}
