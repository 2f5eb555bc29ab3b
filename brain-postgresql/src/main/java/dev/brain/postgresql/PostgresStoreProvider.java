package dev.brain.postgresql;

import dev.brain.internal.Closing;
import dev.brain.queue.Store;
import dev.brain.store.RelationalStore;
import dev.brain.store.TaskFailures;
import java.util.List;

/**
 * Opens {@code jdbc:postgresql:…} with the user and password of {@code BRAIN_QUEUE_USER} and {@code BRAIN_QUEUE_PASSWORD},
 * or on an application's connections. They must be in READ COMMITTED. A store with workers keeps one of them, unless
 * {@code BRAIN_QUEUE_NOTIFY} is {@code off}.
 */
public final class PostgresStoreProvider implements Store.Provider {
    /** For {@link java.util.ServiceLoader}. */
    public PostgresStoreProvider() {}

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String urlPrefix() {
        return "jdbc:postgresql:";
    }

    @Override
    public Store open(Store.Options options) {
        return open(options, TaskFailures.DEFAULT);
    }

    @Override
    public List<String> missingStatements(Store.Options options) {
        try (PostgresTransactions transactions = new PostgresTransactions(PostgresDatabase.of(options), true)) {
            return transactions.missingStatements();
        }
    }

    static RelationalStore open(Store.Options options, TaskFailures failures) {
        return open(PostgresDatabase.of(options), options, failures);
    }

    /** @param database closed with the store, also if it can't be opened */
    static RelationalStore open(PostgresDatabase database, Store.Options options, TaskFailures failures) {
        PostgresTransactions transactions =
                new PostgresTransactions(database, options.access() == Store.Options.Access.READ_ONLY);
        return Closing.orClose(
                () -> {
                    transactions.prepare(options.access());
                    return new RelationalStore(transactions, options.clock(), failures, database.location());
                },
                transactions);
    }
}
