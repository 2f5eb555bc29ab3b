package dev.brain.bench.queue;

/** The measurements, each in a file of its own. */
enum Measure {
    /** Tasks are written one by one. */
    ENQUEUE_ONE("enqueue 1"),
    /** Tasks are written 24 at a time. */
    ENQUEUE_MANY("enqueue 24"),
    /** One thread takes a task and completes it, until none is left. */
    TAKE_COMPLETE("take+complete"),
    /** The runtime with one worker ends tasks that do nothing, until none is left. */
    DRAIN_ONE("drain, 1 worker"),
    /** The runtime with eight workers ends tasks that do nothing, until none is left. */
    DRAIN_EIGHT("drain, 8 workers");

    static final int MANY = 24;
    static final int EIGHT = 8;

    private final String title;

    Measure(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    int batch() {
        return this == ENQUEUE_MANY ? MANY : 1;
    }

    int workers() {
        return this == DRAIN_EIGHT ? EIGHT : 1;
    }
}
