package dev.brain.internal.queue;

import dev.brain.queue.Store;

/** A store of Brain's own, which gives its queue to Brain and its workers. Thread-safe. */
public interface QueueStore extends Store {
    /** Returns the queue; usable while the store is open. */
    TaskQueue queue();
}
