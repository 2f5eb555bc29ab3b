package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.examples.demo.DemoWorld;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands in this process, with an environment of their own. */
public final class Shell {
    private final Map<String, String> environment = new HashMap<>();
    private boolean watched;

    public Shell(Path folder) {
        environment.put("BRAIN_HOME", folder.toString());
        environment.put("SQLITE_DB_PATH", folder.resolve("queue.db").toString());
    }

    /** A shell in a demo world with cases and imported sites, and nothing claimed yet. */
    public static Shell inWorld(Path folder, int cases) {
        try (DemoWorld world = DemoWorld.open(folder, 11, cases)) {
            Shell shell = new Shell(folder).set("BRAIN_SOURCE_URL", world.sourceUrl());
            Outcome imported = shell.run("sites", "import", world.siteFile().toString());
            if (imported.status() != 0) {
                throw new AssertionError(imported.err());
            }
            return shell;
        }
    }

    public Shell set(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** As if a person sat before it. */
    Shell watched() {
        watched = true;
        return this;
    }

    Shell unset(String name) {
        environment.remove(name);
        return this;
    }

    public Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = BrainLauncher.run(
                new LaunchContext(problems -> Environment.of(environment), watched),
                new PrintWriter(out),
                new PrintWriter(err),
                arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    /** Fails unless a command was refused, with status 2 and one line of error that has all these parts. */
    public static void assertWrong(Outcome outcome, String... parts) {
        assertThat(outcome.err()).startsWith("brain: ").contains(parts);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.status()).isEqualTo(2);
    }

    /** What a command gave. */
    public record Outcome(int status, String out, String err) {
        List<String> lines() {
            return new ArrayList<>(out.lines().toList());
        }
    }
}
