package dev.brain.bench.queue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.bench.measurement.Benchmark;
import dev.brain.bench.measurement.Goal;
import dev.brain.bench.queue.Contender.Session;
import dev.brain.sqlite.SqliteStore.Synchronous;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench queue}: the contenders take turns in each round, and each measurement uses a new file in the same folder. */
@Command(
        name = "queue",
        description =
                "Measures the task queue beside hand-written JDBC loops, db-scheduler and JobRunr, on the same database.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class QueueBenchmark extends Benchmark {
    /** Enough for the code that counts to be compiled, everybody's. */
    private static final int WARM_UP = 3_000;

    private static final int FLUSHES = 50;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "sqlite",
            description = "The database: sqlite or postgresql (default: ${DEFAULT-VALUE}).")
    private Engine engine = Engine.SQLITE;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A PostgreSQL server to measure on; else one is started.")
    private @Nullable String url;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description = {
                "Tasks in a measurement (default: 5000 on SQLite, 20000 on PostgreSQL).",
                "Contenders that need a commit for each task get a 25th of that at FULL, and a fifth at NORMAL and on PostgreSQL."
            })
    private int tasks;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "The number of rounds; the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--finished",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Finished tasks in the file that is compared with an empty one (default: ${DEFAULT-VALUE}).")
    private int finished;

    @Option(
            names = "--quick",
            description = "Run one round with 1,000 tasks and 100,000 finished ones, for a quick look.")
    private boolean quick;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description =
                    "The parent of a temporary folder for the files; it should be on a real disk (default: ${DEFAULT-VALUE}).")
    private Path parent = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the results to this file.")
    private @Nullable Path json;

    private Path folder = Path.of("");
    private final List<Contender> contenders = List.of(
            new Brain(),
            new HandWritten(1),
            new HandWritten(Measure.MANY),
            new DbScheduler(Engine.SQLITE),
            new JobRunrQueue());
    private final Results results = new Results();
    private final Map<Synchronous, List<Double>> growths = new EnumMap<>(Synchronous.class);
    private int files;

    public QueueBenchmark() {}

    @Override
    public Integer call() throws Exception {
        if (quick) {
            tasks = 1_000;
            rounds = 1;
            finished = 100_000;
        }
        if (tasks == 0) {
            tasks = engine == Engine.SQLITE ? 5_000 : 20_000;
        }
        Files.createDirectories(parent);
        folder = Files.createTempDirectory(parent.toAbsolutePath().normalize(), "queue-");
        try {
            return engine == Engine.SQLITE ? sqlite() : postgresql();
        } finally {
            delete(folder);
        }
    }

    private int postgresql() throws Exception {
        String given = url;
        try (PostgresServer server = given == null ? PostgresServer.start(folder) : PostgresServer.of(given)) {
            PostgresQueues queues = new PostgresQueues(server, tasks, this::say);
            queues.addNodeQueues(parent.toAbsolutePath().normalize().resolve("node"));
            queues.run(rounds).forEach(out()::println);
            out().println();
            return print(queues.goals());
        }
    }

    private int sqlite() throws Exception {
        String setting = setting();
        say(setting);
        warmUp();
        for (int round = 1; round <= rounds; round++) {
            round(round);
        }
        growth();
        ManySites sites = new ManySites(this::onFile, tasks);
        for (int round = 1; round <= rounds; round++) {
            sites.round();
        }
        List<Goal> goals = new ArrayList<>(results.goals(growth(Synchronous.FULL)));
        goals.addAll(sites.goals());
        print(setting);
        sites.lines().forEach(out()::println);
        int status = print(goals);
        Path file = json;
        if (file != null) {
            write(file, setting, goals);
        }
        return status;
    }

    private String setting() throws IOException {
        return String.format(
                Locale.ROOT,
                "%d cores, Java %s, %s; files in %s (%s), where a flush takes %.2f ms",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                System.getProperty("os.name"),
                folder,
                Files.getFileStore(folder).type(),
                flushMillis());
    }

    private double flushMillis() throws IOException {
        List<Double> millis = new ArrayList<>();
        try (FileChannel file =
                FileChannel.open(folder.resolve("flush"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FLUSHES; i++) {
                long start = System.nanoTime();
                file.write(ByteBuffer.allocate(4096), i * 4096L);
                file.force(false);
                millis.add((System.nanoTime() - start) / 1e6);
            }
        }
        return median(millis);
    }

    private void warmUp() throws Exception {
        say("warming up …");
        for (Contender contender : contenders) {
            for (Measure measure : Measure.values()) {
                if (contender.can(measure)) {
                    measure(contender, measure, Synchronous.NORMAL, WARM_UP);
                }
            }
        }
    }

    private void round(int round) throws Exception {
        for (Measure measure : Measure.values()) {
            for (Synchronous synchronous : Synchronous.values()) {
                // nobody always has the caches, or the noise, that somebody else left
                List<Contender> order = new ArrayList<>(contenders);
                Collections.rotate(order, round - 1);
                for (Contender contender : order) {
                    if (contender.can(measure)) {
                        round(round, contender, measure, synchronous);
                    }
                }
            }
        }
    }

    private void round(int round, Contender contender, Measure measure, Synchronous synchronous) throws Exception {
        int count = count(contender, measure, synchronous);
        double rate = count / seconds(measure(contender, measure, synchronous, count));
        results.add(new Results.Key(synchronous, contender.name(), measure, count), rate);
        say(String.format(
                Locale.ROOT,
                "round %d of %d  %-16s  %-6s  %-20s  %8.0f/s",
                round,
                rounds,
                measure.title(),
                synchronous,
                contender.name(),
                rate));
    }

    private int count(Contender contender, Measure measure, Synchronous synchronous) {
        if (!contender.isSlow(measure)) {
            return tasks;
        }
        return Math.max(50, synchronous == Synchronous.FULL ? tasks / 25 : tasks / 5);
    }

    private Duration measure(Contender contender, Measure measure, Synchronous synchronous, int count)
            throws Exception {
        Path file = folder.resolve("queue-" + ++files + ".db");
        Duration took = switch (measure) {
            case ENQUEUE_ONE, ENQUEUE_MANY -> enqueue(contender, file, synchronous, count, measure.batch());
            case TAKE_COMPLETE -> {
                fill(contender, file, 1, count);
                try (Session session = contender.open(new SqliteFile(file, synchronous))) {
                    yield session.takeAndComplete(count);
                }
            }
            case DRAIN_ONE, DRAIN_EIGHT -> {
                fill(contender, file, 1, count);
                try (Session session = contender.open(new SqliteFile(file, synchronous))) {
                    yield session.drain(count, measure.workers());
                }
            }
        };
        empty(folder);
        return took;
    }

    private double onFile(ManySites.Measurement measurement) throws Exception {
        double value = measurement.run(new SqliteFile(folder.resolve("queue-" + ++files + ".db"), Synchronous.FULL));
        empty(folder);
        return value;
    }

    /** Fills a file and closes it, so that all tasks are in the file and none is in its log. */
    private static void fill(Contender contender, Path file, int first, int count) throws SQLException {
        try (Session session = contender.open(new SqliteFile(file, Synchronous.NORMAL))) {
            session.enqueue(first, count);
        }
    }

    private static Duration enqueue(Contender contender, Path file, Synchronous synchronous, int count, int batch)
            throws SQLException {
        try (Session session = contender.open(new SqliteFile(file, synchronous))) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i += batch) {
                session.enqueue(1 + i, Math.min(batch, count - i));
            }
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    /** Drains by turns a file with finished tasks and one without. */
    private void growth() throws Exception {
        say(String.format(Locale.ROOT, "writing %,d finished tasks …", finished));
        Brain brain = new Brain();
        Path full = folder.resolve("full.db");
        Path small = folder.resolve("small.db");
        FinishedRows.write(full, finished);
        int first = 1;
        for (Synchronous synchronous : Synchronous.values()) {
            List<Double> ofSmall = new ArrayList<>();
            List<Double> ofFull = new ArrayList<>();
            for (int round = 0; round <= rounds; round++) {
                for (Path file : round % 2 == 0 ? List.of(small, full) : List.of(full, small)) {
                    fill(brain, file, first, tasks);
                    try (Session session = brain.open(new SqliteFile(file, synchronous))) {
                        double seconds = seconds(session.drain(tasks, Measure.EIGHT));
                        // the first time reads the file
                        if (round > 0) {
                            (file.equals(full) ? ofFull : ofSmall).add(seconds);
                        }
                    }
                }
                first += tasks;
            }
            double growth = median(ofFull) / median(ofSmall);
            growths.put(synchronous, List.of(growth));
            say(String.format(
                    Locale.ROOT, "%-6s  a task beside them costs %.2f of one in an empty file", synchronous, growth));
        }
    }

    private double growth(Synchronous synchronous) {
        return median(growths.getOrDefault(synchronous, List.of()));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private void print(String setting) {
        PrintWriter out = out();
        out.println(setting);
        out.println();
        for (Synchronous synchronous : Synchronous.values()) {
            new Table(results, contenders).lines(synchronous).forEach(out::println);
            out.println();
        }
        Table.notes(rounds).forEach(out::println);
        out.println(String.format(
                Locale.ROOT,
                "A task in a file with %,d finished ones costs %.2f (FULL) and %.2f (NORMAL) of one in an empty file.",
                finished,
                growth(Synchronous.FULL),
                growth(Synchronous.NORMAL)));
        out.println();
    }

    private void write(Path file, String setting, List<Goal> goals) throws IOException {
        JsonMapper mapper = new JsonMapper();
        ObjectNode root = mapper.createObjectNode().put("setting", setting).put("rounds", rounds);
        results.write(root.putArray("rates"));
        ObjectNode growth = root.putObject("growth").put("finished", finished);
        growths.forEach((synchronous, values) -> growth.put(synchronous.name(), median(values)));
        ArrayNode reached = root.putArray("goals");
        goals.forEach(goal -> reached.addObject()
                .put("text", goal.text())
                .put("value", goal.value())
                .put(goal.isLeast() ? "least" : "most", goal.bound())
                .put("reached", goal.isReached()));
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }
}
