package dev.brain.cycle;

/** Is told what happens, on the thread that does it; what it throws is logged and changes nothing. */
@FunctionalInterface
public interface BrainListener {
    void on(BrainEvent event);
}
