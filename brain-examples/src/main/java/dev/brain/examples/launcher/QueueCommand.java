package dev.brain.examples.launcher;

import dev.brain.sqlite.SqliteStore;
import picocli.CommandLine.Mixin;

/** A command on a queue that is there. */
abstract class QueueCommand extends BrainCommand {
    @Mixin
    private final QueueOptions queue = new QueueOptions();

    abstract int run(SqliteStore store);

    @Override
    final int run() {
        try (SqliteStore store = queue.open(environment())) {
            return run(store);
        }
    }
}
