package dev.brain.queue;

import java.util.Arrays;
import java.util.Locale;

/**
 * The state of a task.
 *
 * @stability stable
 */
public enum TaskStatus {
    /** The task is reserved, and its claim is not settled. No worker sees it. */
    CLAIMING(true),
    /** The task waits for a person's approval. No worker sees it. */
    HELD(true),
    /** The task is ready for a worker. */
    PENDING(true),
    /** Waits for its time. */
    SCHEDULED(true),
    /** A worker has the task. */
    PROCESSING(true),
    /** The task is done. */
    COMPLETED(false),
    /** The task ended without success. Its resource is blocked until a person unblocks it. */
    FAILED(false),
    /** A person ended the task. Its resource is blocked until a person unblocks it. */
    CANCELLED(false),
    /** Another program wrote a status that is none of these. Brain never changes such a task. */
    OTHER(false);

    private final boolean active;

    TaskStatus(boolean active) {
        this.active = active;
    }

    /** Returns whether it prevents another task for the same resource. */
    public boolean isActive() {
        return active;
    }

    /** Returns the status as the queue's table has it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the status with this code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TaskStatus ofCode(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** Returns the status that exactly this text means in the queue. */
    public static TaskStatus ofText(String text) {
        return Arrays.stream(values())
                .filter(status -> status.code().equals(text))
                .findFirst()
                .orElse(OTHER);
    }
}
