package dev.brain.sqlite;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.internal.Closing;
import dev.brain.internal.NoStoreException;
import dev.brain.internal.file.FileAccess;
import dev.brain.store.Schema;
import dev.brain.store.Sql;
import dev.brain.store.TableNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * A file, and the options of its connections.
 *
 * @param path absolute
 * @param names its tables
 * @param busyTimeout how long a connection waits for a lock
 * @param synchronous how durable its commits are
 * @param access who may access it if it is created
 * @param original the file itself, or the file that it is a copy of; errors about the content name it
 * @param statements counts the statements on its connections
 */
record StoreFile(
        Path path,
        TableNames names,
        Duration busyTimeout,
        SqliteStore.Synchronous synchronous,
        FileAccess access,
        Path original,
        LongAdder statements) {
    /**
     * Held while a file is opened for writing and while it is copied. SQLite maps a file's shared memory once for the whole
     * process. If a copy mapped it first, and read-only, no writer could open the file.
     */
    static final Object OPENING = new Object();

    private static final Logger LOG = LoggerFactory.getLogger(StoreFile.class);

    /**
     * Opens the connection for writing, and gives the file a WAL.
     *
     * @param mayCreate whether to create folder, file and tables that do not exist
     */
    FileConnection openWriter(boolean mayCreate) throws SQLException {
        synchronized (OPENING) {
            if (mayCreate) {
                create();
            }
            // SQLite would delete the write-ahead log beside an empty file
            requireQueue(mayCreate || path.toFile().length() > 0);
            requireWritable();
            Sql sql = connect("mode=rw");
            return Closing.orClose(
                    () -> {
                        Schema schema = new Schema(original.toString(), sql);
                        schema.missing();
                        requireQueue(mayCreate || schema.isPresent());
                        useWal(sql);
                        sql.execute("PRAGMA synchronous=" + synchronous);
                        prepare(schema, sql);
                        return new FileConnection(sql, identity());
                    },
                    sql);
        }
    }

    /**
     * Returns this file, unless it is a database of another program, which has tables but neither a queue nor sites. Does
     * not change it.
     *
     * @throws NoStoreException if it is one
     */
    StoreFile refuseForeign() {
        synchronized (OPENING) {
            requireWritable();
            try (Sql sql = connect("mode=rw")) {
                if (sql.exists("SELECT 1 FROM sqlite_schema") && !new Schema(original.toString(), sql).isPresent()) {
                    throw new NoStoreException(
                            original + ", another program's file without the table " + names.queue());
                }
                return this;
            } catch (SQLException e) {
                throw translate("open the queue", e);
            }
        }
    }

    /** Requires tables of this version. Does not change them. */
    void requireCurrent() {
        synchronized (OPENING) {
            try (Sql sql = connect("mode=rw")) {
                if (!new Schema(original.toString(), sql).missing().isEmpty()) {
                    throw new ConfigurationException("the tables in " + original
                            + " are missing or of an earlier version; bring them to this one with 'brain queue init'");
                }
            } catch (SQLException e) {
                throw translate("open the queue", e);
            }
        }
    }

    /** Takes the write lock only if something is missing, and then looks again, because another program may be first. */
    private static void prepare(Schema schema, Sql sql) throws SQLException {
        if (schema.missing().isEmpty()) {
            return;
        }
        sql.execute("BEGIN IMMEDIATE");
        try {
            schema.migrate();
            sql.execute("COMMIT");
        } catch (SQLException | RuntimeException | Error e) {
            Closing.afterFailure(e, () -> sql.execute("ROLLBACK"));
            throw e;
        }
    }

    /** Opens a connection that can only read. */
    FileConnection openReader() throws SQLException {
        Object identity = identity();
        requireQueue(path.toFile().length() > 0);
        Sql sql = connect("mode=rw");
        return Closing.orClose(
                () -> {
                    requireQueue(new Schema(original.toString(), sql).isPresent());
                    sql.execute("PRAGMA query_only=1");
                    return new FileConnection(sql, identity);
                },
                sql);
    }

    /** Returns what distinguishes this file from another that replaces it; the same for all if the system has no such key. */
    Object identity() {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? "" : key;
        } catch (IOException e) {
            return "missing";
        }
    }

    BrainException translate(String what, SQLException e) {
        if (Errors.isBroken(e)) {
            Optional<String> blocked = SideFiles.unreadable(path).or(() -> SideFiles.unwritable(path));
            if (blocked.isPresent()) {
                return new ConfigurationException("cannot " + what + ": " + blocked.get(), e);
            }
        }
        return Errors.translate(what, path, busyTimeout, e);
    }

    /** Opens a connection with SQLite's own parameters. */
    Sql connect(String parameters) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        // else the driver looks at every statement with a regular expression, and asks for the key after every INSERT
        config.setGetGeneratedKeys(false);
        Connection connection = SqliteDriver.connect(path, parameters, config.toProperties());
        return new Sql(connection, SqliteStoreDialect.INSTANCE, names, statements);
    }

    /** Requires what is never made anew: an empty queue would hide that tasks are gone. */
    private void requireQueue(boolean isThere) {
        if (!isThere) {
            throw new UnavailableException(
                    "cannot use the queue: " + path + " is gone, or is a file without a queue now;"
                            + " put the queue back, or end every program that uses it to begin an empty one");
        }
    }

    /** SQLite itself would create a file that every user can read. Its files beside it get the file's permissions. */
    private void create() {
        try {
            Path folder = path.getParent();
            if (folder != null) {
                access.createFolder(folder);
            }
            access.createFile(path);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot create " + path + " (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); let this user write its folder, or name another file",
                    e);
        }
    }

    /** Opening such a file would create side files that belong to this user and lock the owner out. */
    private void requireWritable() {
        SideFiles.unwritable(path).ifPresent(blocked -> {
            throw new ConfigurationException("cannot open the queue: " + blocked);
        });
    }

    /** Changing the journal needs exclusive access to the file, and SQLite does not always wait for it. */
    private void useWal(Sql sql) throws SQLException {
        if (sql.value("PRAGMA journal_mode").equals("wal")) {
            return;
        }
        long deadline = System.nanoTime() + busyTimeout.toNanos();
        while (true) {
            try {
                String mode = sql.value("PRAGMA journal_mode=WAL").toLowerCase(Locale.ROOT);
                if (!mode.equals("wal")) {
                    LOG.warn(
                            "{} can't have a write-ahead log here; readers and writers will wait for each other", path);
                }
                return;
            } catch (SQLException e) {
                if (Errors.code(e) != SQLiteErrorCode.SQLITE_BUSY || System.nanoTime() > deadline) {
                    throw e;
                }
                // SQLite waits for this lock
                sql.execute("BEGIN EXCLUSIVE");
                sql.execute("COMMIT");
            }
        }
    }
}
