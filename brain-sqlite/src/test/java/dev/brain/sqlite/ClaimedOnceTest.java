package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.jdbc.Database;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A case has one task at a time, a task that workers see has a claim, and what goes wrong stays where it is. */
class ClaimedOnceTest {
    @TempDir
    Path folder;

    private Path cases;
    private Path queueFile;
    private SqliteStore store;
    private Database database;

    @BeforeEach
    void open() {
        cases = folder.resolve("cases.db");
        queueFile = folder.resolve("queue.db");
        ManyCases.create(cases, 2, 1);
        store = SqliteStore.open(queueFile);
        database = SqliteDatabaseProvider.database(cases);
    }

    @AfterEach
    void close() {
        database.close();
        store.close();
    }

    @Test
    void howeverMuchAnotherProgramQueuedStandsInTheWay() {
        TestDatabase.execute(
                queueFile,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO"
                        + " tramite_queue (site_id, payload) SELECT 'fines', json_object('idRecurso', i) FROM n");

        assertThat(store.reserve(Drafts.of(1200, 1201)))
                .singleElement()
                .satisfies(reservation -> assertThat(reservation.resourceId()).isEqualTo(ResourceId.of(1201)));
    }
}
