package dev.brain.sqlite;

import dev.brain.jdbc.Database;
import dev.brain.queue.TaskQueue;
import dev.brain.tck.ClaimProtocolContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteClaimProtocolTest extends ClaimProtocolContract {
    @TempDir
    Path folder;

    private int worlds;

    @Override
    protected World newWorld() {
        worlds++;
        Path queue = folder.resolve("queue" + worlds + ".db");
        Path other = folder.resolve("other" + worlds + ".db");
        Database database = SqliteFiles.systemOfRecord(folder.resolve("cases" + worlds + ".db"));
        return new World() {
            @Override
            public TaskQueue openQueue() {
                return open(queue);
            }

            @Override
            public TaskQueue openOtherQueue() {
                return open(other);
            }

            private TaskQueue open(Path file) {
                // how well a commit lasts is of no matter here, and there are thousands
                return SqliteStore.builder(file)
                        .synchronous(SqliteStore.Synchronous.NORMAL)
                        .open();
            }

            @Override
            public Database database() {
                return database;
            }
        };
    }
}
