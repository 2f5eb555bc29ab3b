package dev.brain.cycle;

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
     * Creates listeners; found with {@link java.util.ServiceLoader}. Each {@link dev.brain.Brain} and each {@link
     * dev.brain.work.Worker} creates a listener with every provider that is found, sends its events to it, and closes it.
     */
    interface Provider extends dev.brain.plugin.Provider<BrainListener> {}
}
