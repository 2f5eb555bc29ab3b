package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.ReusingDataSource;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cycle costs is round trips and commits: they are counted. */
class CycleCostTest {
    @TempDir
    Path folder;

    private final CountedDatabase counter = new CountedDatabase();

    @Test
    void tenThousandClaimsCostAReadForEachPageAndTwoCommitsForEachBatch() {
        int candidates = 10_000;
        int page = 500;
        int batch = 50;
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, candidates, 1);
        Database real = SqliteDatabaseProvider.database(cases);
        Database counted = counter.of(real);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Database.class, counted)
                        .share(Profile.class, ManyCases.PROFILE)
                        .site(ManyCases.SITE)
                        .maxClaims(candidates)
                        .pageSize(page)
                        .batchSize(batch)
                        .build()) {
            long commitsBefore = store.writer().commits();
            long statementsBefore = store.statements();
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.enqueued()).isEqualTo(candidates);

            int batches = candidates / batch;
            int pages = candidates / page;
            int spellings = 1; // of the claimant's name, to find what is held without a task
            assertThat(counter.statements.get())
                    .as("reads; for each batch an update and its read-back")
                    .isEqualTo(pages + spellings + 2 * batches);
            assertThat(counter.commits.get())
                    .as("commits in the system of record")
                    .isEqualTo(batches);
            assertThat(((ReusingDataSource) real.dataSource()).prepares())
                    .as("the first page, the next ones, the spellings, the claim and its read-back; each once")
                    .isEqualTo(5);
            assertThat((counter.statements.get() + store.statements() - statementsBefore) * 1000 / candidates)
                    .as(
                            "statements on both databases for a thousand candidates, among them BEGIN and COMMIT of the queue")
                    .isLessThanOrEqualTo(300);
            int sweep = 1;
            int itsReport = 1;
            assertThat(store.writer().commits() - commitsBefore)
                    .as(
                            "commits in the queue: one for each batch, which also settles the one before, one for each page, and one each for the sweep and the report")
                    .isEqualTo((long) batches + pages + sweep + itsReport);
        }
        real.close();
    }

    private long statementsOfAnIdleCycle(int sites) {
        Path cases = folder.resolve("cases" + sites + ".db");
        ManyCases.create(cases, 0, 1);
        BrainBuilder builder =
                Brain.builder().share(Profile.class, ManyCases.PROFILE).readBackDelays(List.of());
        for (int i = 0; i < sites; i++) {
            builder.site(Site.builder("s" + i)
                    .referencePattern("\\d{4}/\\d+")
                    .claimant("ROBOT")
                    .build());
        }
        try (Database database = SqliteDatabaseProvider.database(cases);
                SqliteStore store = SqliteStore.open(folder.resolve("queue" + sites + ".db"));
                Brain brain =
                        builder.queue(store).share(Database.class, database).build()) {
            brain.runCycle();
            long before = store.statements();
            CycleReport report = brain.runCycle();
            assertThat(report.errorCount()).isZero();
            assertThat(report.sites()).hasSize(sites);
            return store.statements() - before;
        }
    }

    @Test
    void anIdleCycleCostsAsManyStatementsForManySitesAsForOne() {
        assertThat(statementsOfAnIdleCycle(200)).isEqualTo(statementsOfAnIdleCycle(1));
    }
}
