package dev.brain.jdbc;

import dev.brain.config.Environment;
import dev.brain.plugin.ProviderContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Databases as the environment names them. */
final class Urls {
    private Urls() {}

    static Database open(String url) {
        return open(Map.of(Database.URL, url));
    }

    static Database open(Map<String, String> variables) {
        return Database.open(new ProviderContext(
                Environment.of(variables), Clock.systemUTC(), List.of(Urls.class.getClassLoader())));
    }
}
