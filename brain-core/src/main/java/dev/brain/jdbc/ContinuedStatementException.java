package dev.brain.jdbc;

import java.sql.SQLException;

/** An error after which the statement went on and gave rows, so that what follows in it may have taken effect. */
public final class ContinuedStatementException extends SQLException {
    private static final long serialVersionUID = 1L;

    ContinuedStatementException(SQLException error) {
        super(error.getMessage(), error.getSQLState(), error.getErrorCode(), error);
    }
}
