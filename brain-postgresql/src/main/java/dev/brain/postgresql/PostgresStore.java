package dev.brain.postgresql;

import dev.brain.queue.Store;
import dev.brain.store.TaskFailures;
import javax.sql.DataSource;

/** Opens a store on the connections of an application. */
public final class PostgresStore {
    private PostgresStore() {}

    /**
     * Opens the store in the first schema of the connections' {@code search_path}. The application owns the {@code DataSource}:
     * closing the store leaves it open. Its connections must be in READ COMMITTED. A store with workers keeps one of them,
     * unless {@code BRAIN_QUEUE_NOTIFY} is {@code off}.
     *
     * @param options the URL appears only in messages; user and password are not read
     * @throws dev.brain.error.ConfigurationException if the store can't be used, or there is none and none may be created
     * @throws dev.brain.error.UnavailableException if the database can't be reached
     */
    public static Store open(DataSource dataSource, Store.Options options) {
        return PostgresStoreProvider.open(PostgresDatabase.of(dataSource, options), options, TaskFailures.DEFAULT);
    }
}
