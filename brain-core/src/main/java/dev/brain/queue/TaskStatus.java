package dev.brain.queue;

import java.util.Arrays;
import java.util.Locale;

/**
 * Where a task stands.
 *
 * @stability stable
 */
public enum TaskStatus {
    /** Reserved; its claim isn't settled. No worker sees it. */
    CLAIMING(true),
    /** Ready for a worker. */
    PENDING(true),
    /** Waits for its time. */
    SCHEDULED(true),
    /** A worker has it. */
    PROCESSING(true),
    /** Done. */
    COMPLETED(false),
    /** Ended without success; its resource is blocked until a person unblocks it. */
    FAILED(false),
    /** Ended by a person; its resource is blocked until a person unblocks it. */
    CANCELLED(false),
    /** Whatever another program wrote that is none of these: nothing here changes such a task. */
    OTHER(false);

    private final boolean active;

    TaskStatus(boolean active) {
        this.active = active;
    }

    /** Whether it stands in the way of another task for the same resource. */
    public boolean isActive() {
        return active;
    }

    /** As the queue's table has it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The status of that code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TaskStatus ofCode(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** The status that this text means in the queue, letter for letter. */
    public static TaskStatus ofText(String text) {
        return Arrays.stream(values())
                .filter(status -> status.code().equals(text))
                .findFirst()
                .orElse(OTHER);
    }
}
