package dev.brain.spring;

import dev.brain.error.ConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what is wrong with the configuration of Brain instead of a stack trace. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ConfigurationException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationException cause) {
        return new FailureAnalysis(
                "Brain can't be set up: " + cause.getMessage(),
                "Correct what the description names. A variable like BRAIN_SOURCE_URL is also the property"
                        + " brain.source.url here.",
                cause);
    }
}
