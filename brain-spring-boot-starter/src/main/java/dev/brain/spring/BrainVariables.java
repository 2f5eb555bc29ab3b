package dev.brain.spring;

import dev.brain.config.Environment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Brain's environment variables in a Spring Boot application. Each property whose name is that of a variable, like {@code
 * BRAIN_HOME}, is one, whether it is set in the process's environment or in a file of the application.
 */
final class BrainVariables {
    private static final String NAME = "[A-Z][A-Z0-9_]*";

    private BrainVariables() {}

    static Environment of(ConfigurableEnvironment spring, BrainProperties properties) {
        Map<String, String> values = new HashMap<>();
        for (PropertySource<?> source : spring.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    @Nullable Object value = name.matches(NAME) ? enumerable.getProperty(name) : null;
                    if (value != null) {
                        values.putIfAbsent(name, text(spring, enumerable, value));
                    }
                }
            }
        }
        put(values, "BRAIN_QUEUE_URL", properties.queue().url());
        put(values, "BRAIN_QUEUE_USER", properties.queue().user());
        put(values, "BRAIN_QUEUE_PASSWORD", properties.queue().password());
        put(values, "BRAIN_SOURCE_URL", properties.source().url());
        put(values, "BRAIN_SOURCE_USER", properties.source().user());
        put(values, "BRAIN_SOURCE_PASSWORD", properties.source().password());
        return Environment.of(values);
    }

    /** A variable of the process is taken literally: its owner does not know placeholders. */
    private static String text(ConfigurableEnvironment spring, PropertySource<?> source, Object value) {
        return source instanceof SystemEnvironmentPropertySource
                ? value.toString()
                : spring.resolvePlaceholders(value.toString());
    }

    private static void put(Map<String, String> values, String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
    }
}
