package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.cycle.SiteReport;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.internal.NoStoreException;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.site.SiteRegistry;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import dev.brain.work.WorkerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** An application that hands over its own connections and files, without a type that is for Brain's own modules. */
class ApplicationDataSourceTest {
    @TempDir
    private Path folder;

    private BrainBuilder builder() throws IOException {
        Path profile = folder.resolve("many.json");
        Files.writeString(profile, """
                {"name": "many", "table": "cases", "id": "id", "reference": "reference",
                 "columns": ["id", "reference"], "free": "state = 0", "owner": "owner", "ours": "state = 1",
                 "claim": {"state": 1, "owner": ":claimant"}, "payload": {"idRecurso": {"value": "id"}}}
                """);
        return Brain.builder().site(ManyCases.SITE).profile(profile).readBackDelays(List.of());
    }

    @Test
    void theUrlSelectsTheDialectOfTheConnections() throws IOException, SQLException {
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, 10, 1);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                SqliteDataSource connections = new SqliteDataSource(cases);
                Brain brain = builder()
                        .queue(store)
                        .database("jdbc:sqlite:" + cases, connections)
                        .build()) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(10);
        }
    }

    @Test
    void withoutAUrlAConnectionIsAskedForIt() throws IOException, SQLException {
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, 10, 1);
        SQLiteDataSource queue = new SQLiteDataSource();
        queue.setUrl("jdbc:sqlite:" + folder.resolve("queue.db"));
        try (Store store = Store.open(Store.Options.of(queue));
                SqliteDataSource connections = new SqliteDataSource(cases);
                Brain brain = builder().queue(store).database(connections).build()) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(10);
        }
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            assertThat(store.operations().list(TaskFilter.newest(100))).hasSize(10);
        }
    }

    @Test
    void databaseThatCannotBeReachedIsUnavailable() {
        try (SqliteDataSource missing = new SqliteDataSource(folder.resolve("missing.db"))) {
            assertThatThrownBy(() -> Brain.builder().database(missing))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageStartingWith("cannot connect to ask what kind of database");
        }
    }

    @Test
    void profileMayBeAResource() throws IOException, SQLException {
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, 10, 1);
        builder(); // writes the file
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                SqliteDataSource connections = new SqliteDataSource(cases);
                Brain brain = Brain.builder()
                        .queue(store)
                        .site(ManyCases.SITE)
                        .profile(folder.resolve("many.json").toUri().toURL())
                        .database(connections)
                        .build()) {
            assertThat(brain.dryRun().total(SiteReport::candidates)).isEqualTo(10);
        }
    }

    @Test
    void storeThatMustBeCurrentIsNeitherCreatedNorChanged() throws IOException {
        Path file = folder.resolve("queue.db");
        for (Store.Options.Access access : List.of(Store.Options.Access.CURRENT, Store.Options.Access.UNCHECKED)) {
            Store.Options options = Store.Options.of("jdbc:sqlite:" + file).withAccess(access);
            assertThatThrownBy(() -> Store.open(options)).isInstanceOf(NoStoreException.class);
            assertThat(file).doesNotExist();
            SqliteStore.open(file).close();
            Store.open(options).close();
            TestDatabase.execute(file, "DROP INDEX brain_incident_open");
            assertThatThrownBy(() -> Store.open(options))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("of an earlier version");
            Files.delete(file);
        }
    }

    @Test
    void handlersAreChosenByTheirNames() throws IOException, SQLException, InterruptedException {
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, 3, 1);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                SqliteDataSource connections = new SqliteDataSource(cases);
                Brain brain = builder().queue(store).database(connections).build();
                Worker worker = Worker.builder()
                        .queue(store)
                        .sites(SiteRegistry.of(List.of(ManyCases.SITE.toBuilder()
                                .setting(WorkerBuilder.HANDLER_SETTING, "filing")
                                .build())))
                        .handlerNamed("filing", context -> TaskOutcome.done())
                        .build()) {
            brain.runCycle();
            worker.drain();
            assertThat(store.operations().list(TaskFilter.newest(10)))
                    .hasSize(3)
                    .allMatch(task -> task.status() == TaskStatus.COMPLETED);
        }
    }
}
