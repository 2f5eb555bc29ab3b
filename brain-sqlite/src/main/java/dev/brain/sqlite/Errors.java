package dev.brain.sqlite;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Describes an error of a file in one line, with advice. */
final class Errors {
    private Errors() {}

    /** Returns the primary error code. */
    static SQLiteErrorCode code(SQLException e) {
        return SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff);
    }

    /** Returns whether the connection may be unusable, because the file is damaged, was moved or can't be reached. */
    static boolean isBroken(SQLException e) {
        return switch (code(e)) {
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_READONLY, SQLITE_MISUSE -> true;
            default -> false;
        };
    }

    static BrainException translate(String what, Path file, Duration busyTimeout, SQLException e) {
        String start = "cannot " + what + ": ";
        return switch (code(e)) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                new UnavailableException(
                        start + "another program has kept " + file + " locked for longer than " + busyTimeout.toMillis()
                                + " ms; try again, or end what holds it",
                        e);
            case SQLITE_FULL ->
                new UnavailableException(start + "the disk of " + file + " is full; free some space and try again", e);
            case SQLITE_IOERR ->
                new UnavailableException(
                        start + "reading or writing " + file + " failed (" + detail(e) + "); check its disk", e);
            case SQLITE_NOTADB ->
                new ConfigurationException(
                        start + file + " is not a SQLite file; name another one, or move it away", e);
            case SQLITE_READONLY ->
                new ConfigurationException(
                        start + file + " or its folder is read-only (" + detail(e)
                                + "); let this user write both, or name another file",
                        e);
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
                new ConfigurationException(
                        start + file
                                + (Files.isDirectory(file) ? " is a folder" : " can't be opened (" + detail(e) + ")")
                                + "; name a file in a folder that this user may write",
                        e);
            case SQLITE_CORRUPT ->
                new BrainException(start + file + " is damaged (" + detail(e) + "); restore it from a copy", e);
            default -> new BrainException(start + detail(e) + ", in " + file, e);
        };
    }

    private static String detail(SQLException e) {
        String name =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode().name() : code(e).name();
        return name + ": "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("").replace("[" + name + "] ", "");
    }
}
