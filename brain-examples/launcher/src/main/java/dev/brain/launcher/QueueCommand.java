package dev.brain.launcher;

import dev.brain.queue.Store;
import picocli.CommandLine.Mixin;

/** A command on an existing queue. */
abstract class QueueCommand extends BrainCommand {
    @Mixin
    private final QueueOptions queue = new QueueOptions();

    abstract int run(Store store);

    /** Whether the command is read-only: it then gets a private copy and leaves no files beside the queue. */
    boolean onlyLooks() {
        return false;
    }

    @Override
    protected final int run() {
        try (Store store = onlyLooks() ? queue.lookAt(environment()) : queue.open(environment())) {
            return run(store);
        }
    }
}
