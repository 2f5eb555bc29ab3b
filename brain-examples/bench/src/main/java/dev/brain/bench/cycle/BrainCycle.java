package dev.brain.bench.cycle;

import dev.brain.Brain;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.sqlite.SqliteDatabaseProvider;
import dev.brain.sqlite.SqliteStore;
import java.nio.file.Path;

/**
 * Brain with no limit of claims, and otherwise with its default settings.
 *
 * @param batch the size of a batch; Brain's default is {@link CycleContender#BATCH}
 */
record BrainCycle(int batch) implements CycleContender {
    @Override
    public String name() {
        return "Brain, batch " + batch;
    }

    @Override
    public boolean isRowByRow() {
        return false;
    }

    @Override
    public Session open(Path cases, Path queue) {
        SqliteStore store = SqliteStore.open(queue);
        Database database = SqliteDatabaseProvider.database(cases);
        Brain brain = Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, CaseFile.PROFILE)
                .site(CaseFile.site(CaseFile.SITE_ID))
                .maxClaims(Integer.MAX_VALUE)
                .batchSize(batch)
                .build();
        return new Session() {
            @Override
            public int run() {
                return Math.toIntExact(brain.runCycle().sites().get(0).enqueued());
            }

            @Override
            public void close() {
                brain.close();
                store.close();
                database.close();
            }
        };
    }
}
