package dev.brain.sqlite;

import dev.brain.queue.TaskQueue;
import dev.brain.tck.WorkerContract;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreWorkerTest extends WorkerContract {
    @TempDir
    private Path folder;

    @Override
    protected TaskQueue open(Clock clock) {
        return SqliteStore.builder(folder.resolve("queue.db")).clock(clock).open();
    }
}
