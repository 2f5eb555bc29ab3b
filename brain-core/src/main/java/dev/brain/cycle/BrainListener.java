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
     * Creates listeners; found with {@link java.util.ServiceLoader}. Every listener that is found receives the events of
     * each {@link dev.brain.Brain} and each {@link dev.brain.work.Worker}, which create one of their own and close it.
     */
    interface Provider extends dev.brain.plugin.Provider<BrainListener> {}
}
