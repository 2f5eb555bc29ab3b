package dev.brain.examples.launcher;

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
final class Shell {
    private final Map<String, String> environment = new HashMap<>();
    private boolean watched;

    Shell(Path folder) {
        environment.put("BRAIN_HOME", folder.toString());
        environment.put("SQLITE_DB_PATH", folder.resolve("queue.db").toString());
    }

    /** A shell in a demo world with cases and imported sites, and nothing claimed yet. */
    static Shell inWorld(Path folder, int cases) {
        try (DemoWorld world = DemoWorld.open(folder, 11, cases)) {
            Shell shell = new Shell(folder).set("BRAIN_SOURCE_URL", world.sourceUrl());
            Outcome imported = shell.run("sites", "import", world.siteFile().toString());
            if (imported.status() != 0) {
                throw new AssertionError(imported.err());
            }
            return shell;
        }
    }

    Shell set(String name, String value) {
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

    Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = BrainLauncher.run(
                new Surroundings(() -> Environment.of(environment), watched),
                new PrintWriter(out),
                new PrintWriter(err),
                arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    /** What a command gave. */
    record Outcome(int status, String out, String err) {
        List<String> lines() {
            return new ArrayList<>(out.lines().toList());
        }
    }
}
