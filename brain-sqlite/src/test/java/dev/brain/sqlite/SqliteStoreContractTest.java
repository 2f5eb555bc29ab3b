package dev.brain.sqlite;

import dev.brain.jdbc.Database;
import dev.brain.queue.Store;
import dev.brain.tck.StoreContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreContractTest extends StoreContract {
    @TempDir
    Path folder;

    @Override
    protected Store open(String name, Clock clock, int maxCrashes) {
        return SqliteStore.builder(folder.resolve(name + ".db"))
                .clock(clock)
                .maxCrashes(maxCrashes)
                .synchronous(SqliteStore.Synchronous.NORMAL)
                .open();
    }

    @Override
    protected Optional<Database> newSystemOfRecord(String name) {
        return Optional.of(SqliteFiles.systemOfRecord(folder.resolve(name + ".db")));
    }
}
