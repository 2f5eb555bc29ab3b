package dev.brain.cycle;

import org.jspecify.annotations.Nullable;

/**
 * Receives events, on the thread that causes them. That thread waits for the listener, so one that does more than a moment's
 * work hands it to a thread of its own. An exception that it throws is logged and has no other effect. Thread-safe: a worker
 * and a cycle may send events at the same time.
 *
 * @stability stable
 */
@FunctionalInterface
public interface BrainListener {
    void on(BrainEvent event);

    /**
     * Returns the W3C trace context ({@code traceparent}) that is kept with the tasks that the calling thread is about to
     * reserve, for {@link dev.brain.queue.Task#traceparent}; null for none. Defaults to none.
     */
    default @Nullable String traceparent() {
        return null;
    }

    /**
     * Creates listeners; found with {@link java.util.ServiceLoader}. Each {@link dev.brain.Brain} and each {@link
     * dev.brain.work.Worker} creates a listener with every provider that is found, sends its events to it, and closes it.
     */
    interface Provider extends dev.brain.plugin.Provider<BrainListener> {}
}
