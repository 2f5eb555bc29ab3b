package dev.brain.bench.queue;

import dev.brain.bench.measurement.Goal;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The contenders on one PostgreSQL server. They take turns in each round, and each measurement uses a new schema. */
final class PostgresQueues {
    private static final int ENQUEUED = 200;
    private static final int FILLED = 1_000;
    private static final int SLOW_SHARE = 5;
    private static final List<Integer> BATCHES = List.of(24, 100, 500);
    private static final String INSERT = "reserve and settle by 200";
    private static final String PLAIN_INSERT = "plain insert of 200";

    private final PostgresServer server;
    private final int tasks;
    private final Consumer<String> say;
    private final Brain brain = new Brain();
    private final Contender limit = new PostgresLoop(4, 100);
    private final List<Contender> contenders = new ArrayList<>(List.of(
            brain,
            new PostgresLoop(1, 1),
            new PostgresLoop(1, 24),
            new PostgresLoop(1, 100),
            limit,
            new DbScheduler(Engine.POSTGRESQL),
            new JobRunrQueue()));
    private final Rates drains = new Rates();
    private final Rates wal = new Rates();
    private final Rates batches = new Rates();
    private final Rates inserts = new Rates();
    private final ManySites sites;
    private int schemas;

    PostgresQueues(PostgresServer server, int tasks, Consumer<String> say) {
        this.server = server;
        this.tasks = tasks;
        this.say = say;
        this.sites = new ManySites(this::onSchema, Math.max(FILLED, tasks / 4));
    }

    /** Adds the queues for Node, if they can be installed in this folder. */
    void addNodeQueues(Path folder) {
        try {
            contenders.addAll(NodeQueue.install(folder));
        } catch (IOException e) {
            say.accept("without graphile-worker and pg-boss: " + e.getMessage());
        }
    }

    /** Measures so many rounds. Returns the setting and the results as text. */
    List<String> run(int rounds) throws Exception {
        List<String> lines = new ArrayList<>(List.of(setting(), ""));
        say.accept(lines.get(0));
        warmUp();
        for (int round = 1; round <= rounds; round++) {
            round(round);
        }
        lines.addAll(lines());
        return lines;
    }

    private String setting() throws SQLException {
        return String.format(
                Locale.ROOT,
                "%d cores, Java %s; PostgreSQL %s, fsync %s, synchronous_commit %s",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                server.value("SHOW server_version"),
                server.value("SHOW fsync"),
                server.value("SHOW synchronous_commit"));
    }

    private void warmUp() throws Exception {
        for (Contender contender : contenders) {
            drain(contender, count(contender) / 2);
        }
        wal.clear();
    }

    private int count(Contender contender) {
        return contender.isSlow(Measure.DRAIN_EIGHT) ? Math.max(FILLED, tasks / SLOW_SHARE) : tasks;
    }

    private void round(int round) throws Exception {
        List<Contender> order = new ArrayList<>(contenders);
        // no contender always gets the caches, or the noise, that the one before it left
        Collections.rotate(order, round);
        for (Contender contender : order) {
            double rate = drain(contender, count(contender));
            drains.add(contender.name(), rate);
            say.accept(String.format(Locale.ROOT, "round %d  drain  %-28s  %8.0f/s", round, contender.name(), rate));
        }
        inserts.add(INSERT, insert(brain));
        inserts.add(PLAIN_INSERT, insert(limit));
        List<Integer> sizes = new ArrayList<>(BATCHES);
        Collections.rotate(sizes, round);
        for (int batch : sizes) {
            batches.add(String.valueOf(batch), exchange(batch));
        }
        sites.round();
    }

    private double onSchema(ManySites.Measurement measurement) throws Exception {
        try (PostgresSchema schema = PostgresSchema.create(server, "bench" + ++schemas)) {
            return measurement.run(schema);
        }
    }

    private double drain(Contender contender, int count) throws Exception {
        return onSchema(schema -> {
            try (Contender.Session session = contender.open(schema)) {
                long before = server.walBytes();
                fill(session, count, FILLED);
                double rate = count * 1e9 / session.drain(count, Measure.EIGHT).toNanos();
                wal.add(contender.name(), (server.walBytes() - before) / 1000.0 / count);
                return rate;
            }
        });
    }

    private double insert(Contender contender) throws Exception {
        return onSchema(schema -> {
            try (Contender.Session session = contender.open(schema)) {
                fill(session, FILLED, ENQUEUED);
                long start = System.nanoTime();
                for (int first = FILLED + 1; first <= FILLED + tasks; first += ENQUEUED) {
                    session.enqueue(first, ENQUEUED);
                }
                return tasks * 1e9 / (System.nanoTime() - start);
            }
        });
    }

    private double exchange(int batch) throws Exception {
        return onSchema(schema -> {
            try (Brain.Opened session = new Brain(1, batch).open(schema)) {
                fill(session, tasks, FILLED);
                return tasks * 1e9 / session.exchange(tasks).toNanos();
            }
        });
    }

    private static void fill(Contender.Session session, int count, int size) throws SQLException {
        for (int first = 1; first <= count; first += size) {
            session.enqueue(first, Math.min(size, count + 1 - first));
        }
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (String name : drains.names()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "drain, %-28s  %,8.0f/s  %6.2fx  %5.2f kB of WAL a task",
                    name,
                    drains.median(name),
                    drains.ratio(brain.name(), name),
                    wal.median(name)));
        }
        inserts.names().forEach(name -> lines.add(line(name, inserts.median(name))));
        batches.names().stream()
                .sorted((one, other) -> Integer.valueOf(one).compareTo(Integer.valueOf(other)))
                .forEach(name -> lines.add(line("finish and take by " + name, batches.median(name))));
        lines.addAll(sites.lines());
        return lines;
    }

    private static String line(String name, double rate) {
        return String.format(Locale.ROOT, "%-35s  %,8.0f/s", name, rate);
    }

    List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        goals.add(drainGoal(limit.name(), 0.8));
        goals.add(drainGoal("graphile-worker", 1));
        goals.add(drainGoal(new DbScheduler(Engine.POSTGRESQL).name(), 4));
        goals.add(drainGoal(new JobRunrQueue().name(), 15));
        goals.removeIf(goal -> Double.isNaN(goal.value()));
        goals.add(new Goal(INSERT + " : " + PLAIN_INSERT, inserts.ratio(INSERT, PLAIN_INSERT), 0.5, true));
        goals.add(new Goal("kB of WAL a task, from reserve to completed", wal.median(brain.name()), 2.5, false));
        for (int batch : BATCHES) {
            if (batch != 100) {
                goals.add(new Goal(
                        "finish and take by " + batch + " : by 100",
                        batches.ratio(String.valueOf(batch), "100"),
                        0.8,
                        true));
            }
        }
        goals.addAll(sites.goals());
        return goals;
    }

    private Goal drainGoal(String other, double least) {
        return new Goal("drain with 8 workers : that of " + other, drains.ratio(brain.name(), other), least, true);
    }
}
