package dev.brain.examples.launcher;

import dev.brain.sqlite.SqliteStore;
import picocli.CommandLine.Mixin;

/** A command that only looks at a queue that is there: at a private copy, so that it leaves no trace. */
abstract class LookCommand extends BrainCommand {
    @Mixin
    private final QueueOptions queue = new QueueOptions();

    abstract int run(SqliteStore store);

    @Override
    final int run() {
        try (SqliteStore store = queue.snapshot(environment())) {
            return run(store);
        }
    }
}
