package dev.brain.postgresql;

import dev.brain.config.Environment;
import dev.brain.internal.Closing;
import dev.brain.queue.Store;
import dev.brain.store.RelationalStore;
import dev.brain.store.TaskFailures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Opens {@code jdbc:postgresql:…} with the user and password of {@code BRAIN_QUEUE_USER} and {@code BRAIN_QUEUE_PASSWORD}. */
public final class PostgresStoreProvider implements Store.Provider {
    private static final String PREFIX = "jdbc:postgresql:";

    /** For {@link java.util.ServiceLoader}. */
    public PostgresStoreProvider() {}

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public Optional<String> url(Environment environment) {
        return Optional.empty();
    }

    @Override
    public Optional<Store> open(Store.Options options) {
        return isServer(options) ? Optional.of(open(options, TaskFailures.DEFAULT)) : Optional.empty();
    }

    @Override
    public Optional<List<String>> missingStatements(Store.Options options) {
        if (!isServer(options)) {
            return Optional.empty();
        }
        try (PostgresTransactions transactions = new PostgresTransactions(PostgresDatabase.connect(options), true)) {
            return Optional.of(transactions.missingStatements());
        }
    }

    static RelationalStore open(Store.Options options, TaskFailures failures) {
        return open(PostgresDatabase.connect(options), options, failures);
    }

    /** @param database closed with the store, also if it can't be opened */
    static RelationalStore open(PostgresDatabase database, Store.Options options, TaskFailures failures) {
        PostgresTransactions transactions =
                new PostgresTransactions(database, options.access() == Store.Options.Access.READ_ONLY);
        try {
            transactions.prepare(options.access());
        } catch (RuntimeException | Error e) {
            Closing.afterFailure(e, transactions);
            throw e;
        }
        return new RelationalStore(transactions, options.clock(), failures, database.location());
    }

    private static boolean isServer(Store.Options options) {
        return options.url().toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }
}
