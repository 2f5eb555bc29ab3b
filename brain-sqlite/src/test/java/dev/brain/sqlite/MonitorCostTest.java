package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.cycle.CycleReport;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Cycle;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures cost a constant number of statements, and a cycle leaves its report for them. */
class MonitorCostTest {
    @TempDir
    Path folder;

    private static Overview read(Store store) {
        return ((Monitor.Source) store.queue()).monitor().read(Overview.NONE, ZoneOffset.UTC);
    }

    private long statements(int sites) {
        try (SqliteStore store = SqliteStore.open(folder.resolve(sites + ".db"))) {
            for (int site = 0; site < sites; site++) {
                String id = "site" + site;
                store.queue()
                        .settle(store.queue().reserve(List.of(Drafts.of(id, 1), Drafts.of(id, 2))).stream()
                                .map(reservation -> new Settlement(reservation, Settlement.Verdict.CONFIRM))
                                .toList());
            }
            assertThat(read(store).sites()).hasSize(sites);
            long before = store.statements();
            assertThat(read(store).sites()).hasSize(sites);
            return store.statements() - before;
        }
    }

    @Test
    void figuresCostAsManyStatementsForManySitesAsForOne() {
        assertThat(statements(1))
                .as("sites, waiting, claiming, in work, days, hours, incidents, states, cycles")
                .isEqualTo(9);
        assertThat(statements(100)).isEqualTo(9);
    }

    @Test
    void aCycleLeavesItsReport() {
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, 3, 1);
        try (Database database = SqliteDatabaseProvider.database(cases);
                SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Database.class, database)
                        .share(Profile.class, ManyCases.PROFILE)
                        .site(ManyCases.SITE)
                        .build()) {
            assertThat(brain.dryRun().total(site -> site.candidates())).isEqualTo(3);
            brain.operations().sync(ManyCases.SITE.id(), ResourceId.of(1), false);
            assertThat(read(store).cycles())
                    .as("a dry run and a sync leave none")
                    .isEmpty();
            CycleReport report = brain.runCycle();
            List<Cycle> cycles = read(store).cycles();
            assertThat(cycles).hasSize(1);
            assertThat(cycles.get(0).report().sites()).hasSize(1);
            assertThat(cycles.get(0).report().sites().get(0).candidates())
                    .isEqualTo(report.sites().get(0).candidates())
                    .isEqualTo(2);
        }
    }
}
