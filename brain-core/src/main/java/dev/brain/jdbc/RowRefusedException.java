package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;

/** Thrown if the database refuses a change because of a row's values. The work was rolled back, unless a trigger kept it. */
final class RowRefusedException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean rolledBack;

    /**
     * @param reason the database's message, without the name of the work
     * @param rolledBack whether the work was certainly rolled back
     */
    RowRefusedException(String message, String reason, boolean rolledBack, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.rolledBack = rolledBack;
    }

    /** Creates an exception for a change that was rolled back because of what it made of a row. */
    RowRefusedException(String reason) {
        super(reason);
        this.reason = reason;
        this.rolledBack = true;
    }

    String reason() {
        return reason;
    }

    boolean isRolledBack() {
        return rolledBack;
    }
}
