package dev.brain.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.error.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class ConfigurationFailureAnalyzerTest {
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(BrainAutoConfiguration.class)
    static class Unconfigured {}

    @Test
    void anApplicationThatCannotStartSaysWhatToSet(CapturedOutput output) {
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(
                () -> new SpringApplicationBuilder(Unconfigured.class).bannerMode(Banner.Mode.OFF).run());
        assertThat(failure).hasRootCauseInstanceOf(ConfigurationException.class);
        assertThat(output).contains("APPLICATION FAILED TO START", "no queue is configured: set brain.queue.data-source");
    }
}
