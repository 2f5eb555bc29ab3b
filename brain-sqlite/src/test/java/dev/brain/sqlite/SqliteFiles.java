package dev.brain.sqlite;

import dev.brain.jdbc.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files for tests. */
final class SqliteFiles {
    private SqliteFiles() {}

    /** An empty system of record in a new file. */
    static Database systemOfRecord(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SqliteDatabaseProvider.database(file);
    }
}
