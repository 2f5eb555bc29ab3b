package dev.brain.sqlite;

import dev.brain.jdbc.ReusingDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.SQLiteErrorCode;

/** Connections to a file that must exist, a few of them kept for reuse; thread-safe. */
final class SqliteDataSource extends ReusingDataSource {
    private static final int CONNECTIONS_KEPT = 2;
    private static final int STATEMENTS_KEPT = 32;
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    private final Path path;

    SqliteDataSource(Path path) {
        super(CONNECTIONS_KEPT, STATEMENTS_KEPT);
        this.path = path;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!Files.exists(path)) {
            // SQLite itself only says "unable to open", whatever the reason
            String reason = Files.notExists(path) ? "no such file" : "permission denied in a folder on the way to it";
            throw new SQLException(reason, null, SQLiteErrorCode.SQLITE_CANTOPEN.code);
        }
        return super.getConnection();
    }

    @Override
    protected Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("busy_timeout", String.valueOf(BUSY_TIMEOUT.toMillis()));
        return SqliteDriver.connect(path, parameters(), properties);
    }

    /** A user who may not write the file must not open its write-ahead log, which would be created as this user's file. */
    private String parameters() throws SQLException {
        Optional<String> blocked = SideFiles.unwritable(path);
        if (blocked.isEmpty()) {
            return "mode=rw";
        }
        try {
            if (Files.isWritable(path) || SideFiles.hasWriteAheadLog(path)) {
                throw new SQLException(blocked.get(), null, SQLiteErrorCode.SQLITE_READONLY.code);
            }
        } catch (IOException e) {
            throw new SQLException(
                    SideFiles.unreadable(path).orElse("it can't be read"),
                    null,
                    SQLiteErrorCode.SQLITE_CANTOPEN.code,
                    e);
        }
        return "mode=ro";
    }
}
