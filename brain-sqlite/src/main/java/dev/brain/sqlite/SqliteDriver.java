package dev.brain.sqlite;

import dev.brain.error.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteJDBCLoader;

/** The JDBC driver of this module's connections. Thread-safe. */
public final class SqliteDriver {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDriver.class);
    private static final String FOLDER = "org.sqlite.tmpdir";

    private static boolean loaded;

    private SqliteDriver() {}

    /**
     * Loads SQLite's native library through the temporary folder, and leaves no files there. This module's own
     * connections do this automatically. A program that also opens SQLite files through JDBC must call it first.
     *
     * @throws UnavailableException if the temporary folder is not usable for this
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        String named = System.getProperty(FOLDER);
        Path parent = named == null ? TemporaryFolder.parent() : Path.of(named);
        TemporaryFolder folder = TemporaryFolder.create(parent, "brain-sqlite-");
        // Windows keeps a library's file until the process ends; files that are registered first are deleted last
        folder.path().toFile().deleteOnExit();
        System.setProperty(FOLDER, folder.path().toString());
        @Nullable Exception failure = null;
        try {
            loaded = SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            failure = e;
        } finally {
            if (named == null) {
                System.clearProperty(FOLDER);
            } else {
                System.setProperty(FOLDER, named);
            }
            delete(folder);
        }
        if (!loaded) {
            throw new UnavailableException(
                    "SQLite's native library can't be loaded from the temporary folder " + parent
                            + ": it is full, or nothing may be executed there (noexec)" + TemporaryFolder.ADVICE,
                    failure);
        }
    }

    /** Opens a file with SQLite's own connection parameters. A path may contain any character. */
    static Connection connect(Path file, String parameters, Properties properties) throws SQLException {
        load();
        String url = "jdbc:sqlite:file://" + file.toUri().getRawPath() + "?" + parameters;
        return JDBC.createConnection(url, properties);
    }

    /** A loaded library no longer needs its file, except on Windows. */
    private static void delete(TemporaryFolder folder) {
        try {
            folder.delete();
        } catch (IOException e) {
            LOG.debug("{} will be deleted when the process ends", folder.path(), e);
        }
    }
}
