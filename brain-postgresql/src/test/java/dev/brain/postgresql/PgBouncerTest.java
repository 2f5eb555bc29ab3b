package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.store.RelationalStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue through PgBouncer in transaction mode; skipped where it is not installed. */
class PgBouncerTest {
    private static final int THREADS = 4;
    private static final int TASKS_PER_THREAD = 10;

    /** What PgBouncer sets on a session for whoever uses it next. */
    private static final Set<String> FOLLOW_THE_CLIENT =
            Set.of("application_name", "client_encoding", "DateStyle", "standard_conforming_strings", "TimeZone");

    @TempDir
    Path folder;

    private final TestSchema schema = new TestSchema();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void find() {
        Assumptions.assumeTrue(PgBouncer.program().isPresent(), "pgbouncer is not installed: apt install pgbouncer");
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        schema.close();
    }

    private PgBouncer bouncer(String sessionSetup) throws Exception {
        return PgBouncer.start(folder, schema.url(), "SET search_path TO " + schema.name() + sessionSetup);
    }

    @Test
    void machinesThatShareTwoSessionsDoEachTaskOnce() throws Exception {
        schema.open().close();
        schema.countEnds();
        SiteLimits three = new SiteLimits(TestSchema.SITE, 3, null, SiteLimits.Breaker.USUAL);
        int tasks = 2 * THREADS * TASKS_PER_THREAD;
        try (PgBouncer bouncer = bouncer("")) {
            try (RelationalStore one = TestSchema.open(bouncer.url());
                    RelationalStore two = TestSchema.open(bouncer.url())) {
                List<Future<?>> done = new ArrayList<>();
                for (int thread = 0; thread < 2 * THREADS; thread++) {
                    RelationalStore store = thread % 2 == 0 ? one : two;
                    int first = thread * TASKS_PER_THREAD + 1;
                    done.add(threads.submit(
                            () -> TestSchema.queueAndWork(store.queue(), first, first + TASKS_PER_THREAD - 1, three)));
                }
                for (Future<?> each : done) {
                    each.get();
                }
                assertThat(one.operations().list(TaskFilter.newest(1_000)))
                        .hasSize(tasks)
                        .allMatch(task -> task.status() == TaskStatus.COMPLETED && task.attempts() == 1);
            }
            assertThat(schema.texts("SELECT task_id FROM ended")).hasSize(tasks).doesNotHaveDuplicates();
            assertThat(schema.texts("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"))
                    .as("locks that were not given back")
                    .isEmpty();
            Set<String> set = new TreeSet<>(
                    texts(bouncer, "SELECT name FROM pg_settings WHERE source = 'session' AND name <> 'search_path'"));
            set.removeAll(FOLLOW_THE_CLIENT);
            assertThat(set).as("settings that were left behind").isEmpty();
        }
    }

    @Test
    void sessionsStayAsTheyAreAndAreChecked() throws Exception {
        try (PgBouncer bouncer = bouncer("; SET default_transaction_isolation TO 'repeatable read'")) {
            try (RelationalStore store = TestSchema.open(bouncer.url())) {
                assertThat(store.check())
                        .anyMatch(finding ->
                                finding.message().startsWith("default_transaction_isolation is repeatable read: "))
                        .anyMatch(finding -> finding.message().startsWith("enable_seqscan is on: "));
            }
            assertThat(texts(bouncer, "SHOW default_transaction_isolation")).containsExactly("repeatable read");
        }
    }

    @Test
    void urlThatLetsTheServerPrepareStatementsIsRefusedClearly() throws Exception {
        schema.open().close();
        try (PgBouncer bouncer = bouncer("")) {
            String url = bouncer.url().replace("prepareThreshold=0", "prepareThreshold=1");
            assertThatThrownBy(() -> {
                        while (true) {
                            // sooner or later it gets the session of an earlier one
                            TestSchema.open(url).close();
                        }
                    })
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("add prepareThreshold=0 to BRAIN_QUEUE_URL");
        }
    }

    private static List<String> texts(PgBouncer bouncer, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(bouncer.url());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (result.next()) {
                texts.add(result.getString(1));
            }
            return texts;
        }
    }
}
