package dev.brain.sqlite;

import dev.brain.queue.TaskQueue;
import dev.brain.tck.TaskLeaseContract;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreLeaseTest extends TaskLeaseContract {
    @TempDir
    private Path folder;

    @Override
    protected TaskQueue open(Clock clock, int maxCrashes) {
        // how well a commit lasts is of no matter here, and there are thousands
        return SqliteStore.builder(folder.resolve("queue.db"))
                .clock(clock)
                .maxCrashes(maxCrashes)
                .synchronous(SqliteStore.Synchronous.NORMAL)
                .open();
    }
}
