package dev.brain.cycle;

/**
 * Receives events, on the thread that causes them. An exception that it throws is logged and has no other effect.
 *
 * @stability stable
 */
@FunctionalInterface
public interface BrainListener {
    void on(BrainEvent event);
}
