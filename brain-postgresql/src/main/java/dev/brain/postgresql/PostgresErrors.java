package dev.brain.postgresql;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Set;

/** Describes an error of a database in one line, with advice. */
final class PostgresErrors {
    /** A serialization failure, a deadlock, and a row of another transaction that a unique index met meanwhile. */
    private static final Set<String> OVERTAKEN = Set.of("40001", "40P01", "23505");

    private static final String REFUSED = "%s refuses the user (%s); correct BRAIN_QUEUE_USER and BRAIN_QUEUE_PASSWORD";

    private static final String INCOMPLETE = "%s lacks a table or column of the queue (%s); run 'brain queue init'";

    private static final String READ_ONLY =
            "%s is read-only, for example a standby (%s); name the primary, or add targetServerType=primary to the URL";

    private static final String POOLER =
            "a pooler before %s does not keep prepared statements (%s); add prepareThreshold=0 to" + " BRAIN_QUEUE_URL";

    /** What is wrong until somebody changes it, by state. The parameters are the location and the server's message. */
    private static final Map<String, String> WRONG = Map.ofEntries(
            Map.entry("28000", REFUSED),
            Map.entry("28P01", REFUSED),
            Map.entry("3D000", "%s does not exist (%s); create the database, or correct BRAIN_QUEUE_URL"),
            Map.entry(
                    "3F000",
                    "%s has no schema for the tables (%s); create it, or correct currentSchema in BRAIN_QUEUE_URL"),
            Map.entry(
                    "42501",
                    "the user lacks a right in %s (%s); grant it, or run 'brain queue init' as the owner of the schema"),
            Map.entry("42P01", INCOMPLETE),
            Map.entry("42703", INCOMPLETE),
            Map.entry("25006", READ_ONLY),
            Map.entry("26000", POOLER),
            Map.entry("42P05", POOLER));

    /** What may pass by itself, by state or by its class, which is its first two characters. */
    private static final Map<String, String> PASSING = Map.of(
            "40", "other transactions in %s interfered with every attempt (%s); try again",
            "53100", "the disk of %s is full (%s); free some space and try again",
            "53300", "%s has no connection left (%s); raise max_connections, or end other clients",
            "25P03", "%s ended a transaction that paused (%s); try again",
            "08", "%s can't be reached (%s); check the server, the network and BRAIN_QUEUE_URL",
            "53", "%s lacks resources (%s); check the server",
            "55", "something else in %s holds what is needed (%s); try again",
            "57", "%s broke off (%s); check the server");

    /** The classes of the states of a connection that the server or the network ended. */
    private static final Set<String> BROKEN = Set.of("08", "57");

    private PostgresErrors() {}

    /** Returns whether the connection broke, so that it is unknown how far the server got. */
    static boolean isBroken(SQLException e) {
        return BROKEN.contains(kind(e));
    }

    /** Returns the error of a commit whose connection broke. */
    static UnavailableException unanswered(String what, String location, SQLException e) {
        return new UnavailableException(
                "cannot " + what + " for certain: the connection to " + location + " broke during the commit ("
                        + detail(e) + "), so the change may have been made; try again, which is safe",
                e);
    }

    /** Returns the error of a caller that got none of the connections in time. */
    static UnavailableException allInUse(String what, String location, int connections, SQLException e) {
        return new UnavailableException(
                "cannot " + what + ": all " + connections + " connections of this process to " + location
                        + " are in use; try again, or look in pg_stat_activity for what holds them",
                e);
    }

    /** Returns whether the transaction failed because of others, so that it may succeed when it runs again. */
    static boolean isOvertaken(SQLException e) {
        return OVERTAKEN.contains(state(e));
    }

    static BrainException translate(String what, String location, SQLException e) {
        String start = "cannot " + what + ": ";
        String wrong = WRONG.get(state(e));
        if (wrong != null) {
            return new ConfigurationException(start + wrong.formatted(location, detail(e)), e);
        }
        String passing = PASSING.getOrDefault(state(e), PASSING.getOrDefault(kind(e), ""));
        return passing.isEmpty()
                ? new BrainException(start + detail(e) + ", in " + location, e)
                : new UnavailableException(start + passing.formatted(location, detail(e)), e);
    }

    private static String kind(SQLException e) {
        String state = state(e);
        return state.isEmpty() && e instanceof SQLTransientConnectionException
                ? "08"
                : state.substring(0, Math.min(2, state.length()));
    }

    /** Returns the state of the first exception in the chain of causes that has one: a pool wraps the server's. */
    private static String state(SQLException e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    private static String detail(SQLException e) {
        Throwable last = e;
        while (last.getCause() instanceof SQLException cause) {
            last = cause;
        }
        String message =
                String.valueOf(last.getMessage()).lines().findFirst().orElse("").strip();
        return state(e).isEmpty() ? message : state(e) + ": " + message;
    }
}
