package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.Brain;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dry run writes nothing anywhere, and reports what a real run then does. */
class DryRunTest {
    private static final Claimant ROBOT = new Claimant("ROBOT");

    @TempDir
    Path folder;

    private Path cases() {
        return folder.resolve("cases.db");
    }

    private Path queue() {
        return folder.resolve("queue.db");
    }

    private static Reservation reserve(SqliteStore store, int id) {
        Resource resource = new Resource(ResourceId.of(id), "2026/" + id, Map.of("id", (long) id, "state", 0L));
        return store.queue()
                .reserve(List.of(new TaskDraft(
                        ManyCases.SITE.id(),
                        resource,
                        new Payload(JsonNodeFactory.instance.objectNode(), null),
                        ROBOT,
                        0)))
                .get(0);
    }

    private static void confirm(SqliteStore store, Reservation reservation) {
        store.queue().settle(List.of(new Settlement(reservation, Verdict.CONFIRM)));
    }

    /** Cases of every kind: free, taken, queued, cancelled, left by a dead run as free and as claimed, known, orphaned. */
    @BeforeEach
    void prepare() {
        ManyCases.create(cases(), 40, 1);
        TestDatabase.execute(
                cases(),
                "UPDATE cases SET reference = 'see note' WHERE id = 3",
                "UPDATE cases SET state = 1, owner = 'A PERSON' WHERE id = 4",
                "UPDATE cases SET state = 1, owner = 'ROBOT' WHERE id IN (8, 9, 20)",
                "CREATE TRIGGER refuse BEFORE UPDATE ON cases WHEN old.id = 30 BEGIN SELECT RAISE(ABORT, 'no'); END");
        try (SqliteStore store = SqliteStore.open(queue())) {
            confirm(store, reserve(store, 5));
            Reservation cancelled = reserve(store, 6);
            confirm(store, cancelled);
            store.operations().cancel(Actor.ofProcess(), cancelled.id());
            // left unsettled: the case is free, or the robot's
            reserve(store, 7);
            reserve(store, 8);
            store.incidents()
                    .report(List.of(
                            new Report(IncidentCode.CLAIM_FAILED, ManyCases.SITE.id(), ResourceId.of(30), "refused"),
                            // closes, because the case is free
                            new Report(IncidentCode.ORPHAN_CLAIM, ManyCases.SITE.id(), ResourceId.of(31), "held")
                                    .withOwner("ROBOT"),
                            new Report(IncidentCode.SOURCE_UNREACHABLE, ManyCases.SITE.id(), null, "down")));
        }
    }

    private Brain brain(SqliteStore store, Database database, Site site, List<Report> heard) {
        return Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, ManyCases.PROFILE)
                .site(site)
                .batchSize(7)
                .pageSize(10)
                .readBackDelays(List.of())
                .listener(event -> {
                    if (event instanceof BrainEvent.IncidentReported reported) {
                        heard.add(reported.report());
                    }
                })
                .build();
    }

    /** All rows of all tables. */
    private static List<String> contents(Path file) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(file);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names = statement.executeQuery("SELECT name FROM sqlite_master WHERE type = 'table'")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet row = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
                    while (row.next()) {
                        StringBuilder text = new StringBuilder(table);
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            text.append('|').append(row.getString(i));
                        }
                        rows.add(text.toString());
                    }
                }
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDryRunReportsWhatARealRunDoesAndWritesNothing(boolean adopts) throws SQLException {
        Site site = ManyCases.SITE.toBuilder().adoptOrphans(adopts).build();
        List<Report> heard = new ArrayList<>();
        try (SqliteStore store = SqliteStore.open(queue());
                Database database = SqliteDatabaseProvider.database(cases());
                Brain brain = brain(store, database, site, heard)) {
            List<String> before = contents(queue());
            before.addAll(contents(cases()));

            SiteReport dry = brain.dryRun().sites().get(0);
            List<Report> heardInDryRun = List.copyOf(heard);
            heard.clear();
            List<String> after = contents(queue());
            after.addAll(contents(cases()));
            assertThat(after).isEqualTo(before);

            SiteReport real = brain.runCycle().sites().get(0);
            assertThat(dry).isEqualTo(real);
            assertThat(heardInDryRun).isEqualTo(heard);
            assertThat(real.claimed()).isPositive();
            assertThat(real.recovered()).isEqualTo(adopts ? 3 : 1);
        }
    }

    @Test
    void aDryRunLeavesNothingBehindForTheNextOne() {
        List<Report> heard = new ArrayList<>();
        try (SqliteStore store = SqliteStore.open(queue());
                Database database = SqliteDatabaseProvider.database(cases());
                Brain brain = brain(store, database, ManyCases.SITE, heard)) {
            CycleReport first = brain.dryRun();
            CycleReport second = brain.dryRun();

            assertThat(second.sites()).isEqualTo(first.sites());
        }
    }
}
