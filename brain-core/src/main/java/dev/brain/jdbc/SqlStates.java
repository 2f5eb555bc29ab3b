package dev.brain.jdbc;

import dev.brain.jdbc.Dialect.Fault;
import java.sql.BatchUpdateException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** The meaning of errors by the classes of SQLSTATE that the SQL standard defines, otherwise by the exceptions of JDBC. */
public final class SqlStates {
    private static final Set<String> CONFIGURATION =
            Set.of("07", "0A", "0L", "0P", "21", "26", "28", "34", "37", "3D", "3F", "42", "S0");

    /** The values of a row, a constraint, or a trigger. */
    private static final Set<String> ROW = Set.of("09", "22", "23", "27", "2F", "38", "39", "44", "45");

    private SqlStates() {}

    /** Returns what an error means to the work that met it. */
    public static Fault classify(SQLException error) {
        SQLException told = told(error);
        String state = state(told);
        if (state.equals("40002")) {
            return Fault.ROW;
        }
        // 40003: nobody knows whether the statement was completed
        if (state.startsWith("08") || state.equals("40003")) {
            return Fault.CONNECTION;
        }
        if (state.startsWith("40")) {
            return Fault.TRANSIENT;
        }
        if (state.equals("25006")) {
            return Fault.CONFIGURATION;
        }
        String stateClass = state.length() < 2 ? "" : state.substring(0, 2);
        if (CONFIGURATION.contains(stateClass)) {
            return Fault.CONFIGURATION;
        }
        return ROW.contains(stateClass) ? Fault.ROW : byType(told);
    }

    private static Fault byType(SQLException error) {
        if (error instanceof SQLTransactionRollbackException) {
            return Fault.TRANSIENT;
        }
        if (error instanceof SQLTransientConnectionException
                || error instanceof SQLNonTransientConnectionException
                || error instanceof SQLRecoverableException) {
            return Fault.CONNECTION;
        }
        if (error instanceof SQLIntegrityConstraintViolationException || error instanceof SQLDataException) {
            return Fault.ROW;
        }
        if (error instanceof SQLSyntaxErrorException
                || error instanceof SQLInvalidAuthorizationSpecException
                || error instanceof SQLFeatureNotSupportedException) {
            return Fault.CONFIGURATION;
        }
        // HYT00: a lock, or the statement, took longer than it may
        return error instanceof SQLTimeoutException || state(error).equals("HYT00") ? Fault.TRANSIENT : Fault.OTHER;
    }

    /** Returns whether the login itself is refused; servers lock accounts that try again and again. */
    static boolean isRefusedLogin(SQLException error) {
        return state(told(error)).startsWith("28") || error instanceof SQLInvalidAuthorizationSpecException;
    }

    /** Returns the error that a batch's error wraps; the error itself if it wraps none. */
    public static SQLException told(SQLException error) {
        if (error instanceof BatchUpdateException) {
            if (error.getNextException() != null) {
                return error.getNextException();
            }
            if (error.getCause() instanceof SQLException cause) {
                return cause;
            }
        }
        return error;
    }

    /** Returns an error's SQLSTATE; empty if it has none. */
    public static String state(SQLException error) {
        return error.getSQLState() == null ? "" : error.getSQLState();
    }
}
