package dev.brain.launcher;

import dev.brain.queue.Store;
import picocli.CommandLine.Mixin;

/** A command on an existing queue. */
abstract class QueueCommand extends BrainCommand {
    @Mixin
    private final QueueOptions queue = new QueueOptions();

    abstract int run(Store store);

    @Override
    protected final int run() {
        try (Store store = this instanceof ReadOnlyCommand ? queue.lookAt(environment()) : queue.open(environment())) {
            return run(store);
        }
    }
}
