package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;

/** The database refuses a change because of a row's values; the work was rolled back, unless a trigger saw to it otherwise. */
final class RowRefusedException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean rolledBack;

    /**
     * @param reason what the database says, without the work that met it
     * @param rolledBack whether the work was rolled back for certain
     */
    RowRefusedException(String message, String reason, boolean rolledBack, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.rolledBack = rolledBack;
    }

    String reason() {
        return reason;
    }

    boolean isRolledBack() {
        return rolledBack;
    }
}
