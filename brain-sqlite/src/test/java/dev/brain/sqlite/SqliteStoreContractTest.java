package dev.brain.sqlite;

import dev.brain.queue.TaskQueue;
import dev.brain.tck.TaskQueueContract;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreContractTest extends TaskQueueContract {
    @TempDir
    private Path folder;

    @Override
    protected TaskQueue open(Clock clock) {
        return SqliteStore.builder(folder.resolve("queue.db")).clock(clock).open();
    }
}
