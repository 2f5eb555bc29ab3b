package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.claim.ClaimStrategy;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlResourceSource;
import dev.brain.jdbc.SqlUpdateClaimStrategy;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A system of record with a few cases, and the Brains that claim them. */
abstract class ClaimProtocolFixture {
    static final Site SITE = CaseTable.site("fines", "%FINES%");

    /** Returns the contract whose queues and system of record the tests use. */
    abstract ClaimProtocolContract contract();

    World newWorld() {
        return contract().newWorld();
    }

    String textType() {
        return contract().textType();
    }

    String schema() {
        return contract().schema();
    }

    CaseTable tables() {
        return new CaseTable(schema(), contract().national());
    }

    void execute(World world, List<String> statements) {
        new JdbcRunner(world.database()).write("set the test up", session -> {
            for (String sql : statements) {
                session.update(new BoundSql(sql, List.of()));
            }
            return null;
        });
    }

    ResourceSource source(World world) {
        return new SqlResourceSource(world.database(), profiles());
    }

    ClaimStrategy strategy(World world) {
        return new SqlUpdateClaimStrategy(world.database(), profiles(), Environment.of(Map.of()));
    }

    private Profiles profiles() {
        ProviderContext context = new ProviderContext(
                Environment.of(Map.of()), Clock.systemUTC(), List.of(getClass().getClassLoader()));
        return new Profiles(context, List.of(tables().profile("integer")), null);
    }

    static List<Task> tasks(TaskQueue queue) {
        return queue.operations().list(TaskFilter.newest(10_000));
    }

    record Row(long id, long kind, String owner) {}

    /** Free rows 1 to n, and the odd ones: dirty 101, another's 102, another body's 103, ours without a task 104. */
    World world(int free) {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, free)
                .forEach(id -> rows.add(tables().insert(id, "2026/" + id, "CITY FINES", 2 + id % 2, 0, null)));
        rows.add(tables().insert(101, "2026/101 see note", "CITY FINES", 2, 0, null));
        rows.add(tables().insert(102, "2026/102", "CITY FINES", 1, 0, "A PERSON"));
        rows.add(tables().insert(103, "2026/103", "PARKS", 2, 0, null));
        execute(world, rows);
        return world;
    }

    List<Row> rows(World world) {
        return new JdbcRunner(world.database())
                .read(
                        "look",
                        session -> session
                                .query(new BoundSql(
                                        "SELECT case_id AS id, kind AS kind, assigned_to AS owner FROM " + schema()
                                                + "cases ORDER BY case_id",
                                        List.of()))
                                .stream()
                                .map(row -> new Row(
                                        (Long) row.get("id"), (Long) row.get("kind"), (String) row.get("owner")))
                                .toList());
    }

    Brain brain(World world, TaskQueue queue, Faults faults, Site... sites) {
        return brain(world, queue, faults, Clock.systemUTC(), sites);
    }

    Brain brain(World world, TaskQueue queue, Faults faults, Clock clock, Site... sites) {
        ResourceSource source = source(world);
        ClaimStrategy strategy = strategy(world);
        var builder = Brain.builder()
                .queue(faults.around(TaskQueue.class, queue))
                .share(Profile.class, tables().profile("integer"))
                .source("sql", faults.around(ResourceSource.class, source))
                .claim("sql", faults.around(ClaimStrategy.class, strategy))
                .clock(clock)
                .batchSize(2)
                .pageSize(4)
                .readBackDelays(List.of(Duration.ZERO, Duration.ZERO));
        for (Site site : sites) {
            builder.site(site);
        }
        return builder.build();
    }

    /** Runs a cycle that may be stopped by a fault; the queue is closed as the end of a process would. */
    List<String> runOnce(World world, Faults faults) {
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, faults, SITE)) {
            brain.runCycle();
        } catch (Faults.Death death) {
            assertThat(faults.calls()).isNotEmpty();
        }
        return faults.calls();
    }

    void assertInvariants(World world, int free, String when) {
        try (TaskQueue queue = world.openQueue()) {
            List<Task> tasks = tasks(queue);
            Map<ResourceId, Long> active = tasks.stream()
                    .filter(task -> task.status().isActive())
                    .collect(Collectors.groupingBy(Task::resourceId, Collectors.counting()));
            assertThat(active)
                    .as("%s: never two active tasks for a resource", when)
                    .allSatisfy((id, count) -> assertThat(count).isOne());
            Set<String> held = rows(world).stream()
                    .filter(row -> CaseTable.ROBOT.equals(row.owner()))
                    .map(row -> String.valueOf(row.id()))
                    .collect(Collectors.toSet());
            assertThat(tasks.stream().map(task -> task.resourceId().value()).toList())
                    .as("%s: what is held has exactly one task, and nothing else has one", when)
                    .containsExactlyInAnyOrderElementsOf(held);
            assertThat(tasks).as("%s: every task is ready", when).allMatch(task -> task.status() == TaskStatus.PENDING);
            assertThat(held).as("%s: every clean free row was claimed", when).hasSize(free);
            assertThat(rows(world))
                    .as("%s: dirty, foreign and others' rows are as they were", when)
                    .contains(new Row(101, 2, null), new Row(102, 1, "A PERSON"), new Row(103, 2, null));
        }
    }

    static Map<String, SiteReport> bySite(CycleReport report) {
        Map<String, SiteReport> sites = new LinkedHashMap<>();
        report.sites().forEach(site -> sites.put(site.siteId(), site));
        return sites;
    }
}
