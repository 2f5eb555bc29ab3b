package dev.brain.postgresql;

import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import dev.brain.queue.Store;
import dev.brain.sqlite.SqliteDatabaseProvider;
import dev.brain.store.TaskFailures;
import dev.brain.tck.StoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PostgresStoreContractTest extends StoreContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir
    Path folder;

    private final String test = "contract_" + ProcessHandle.current().pid() + "_" + TESTS.incrementAndGet() + "_";
    private final Set<String> schemas = ConcurrentHashMap.newKeySet();

    @Override
    protected Store open(String name, Clock clock, int maxCrashes) {
        String schema = test + name;
        if (schemas.add(schema)) {
            TestServer.createSchema(schema);
        }
        Store.Options options =
                new Store.Options(TestServer.url(schema), Store.Options.Access.CREATE, Environment.of(Map.of()), clock);
        return PostgresStoreProvider.open(options, new TaskFailures(maxCrashes, null));
    }

    @Override
    protected Optional<Database> newSystemOfRecord(String name) {
        try {
            return Optional.of(SqliteDatabaseProvider.database(Files.createFile(folder.resolve(name + ".db"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void dropSchemas() {
        schemas.forEach(TestServer::dropSchema);
        schemas.clear();
    }
}
