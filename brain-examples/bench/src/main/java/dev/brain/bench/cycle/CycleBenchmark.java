package dev.brain.bench.cycle;

import com.sun.management.ThreadMXBean;
import dev.brain.bench.measurement.Benchmark;
import dev.brain.bench.measurement.Goal;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench cycle}: the contenders take turns in each round, and each measurement uses new files in the same folder. */
@Command(
        name = "cycle",
        description = "Measures a cycle beside loops that do the same, from SQLite to SQLite.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CycleBenchmark extends Benchmark {
    private static final int ROW_BY_ROW_SHARE = 10;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "5000",
            description = {
                "Candidates in a measurement (default: ${DEFAULT-VALUE}).",
                "Contenders that need a commit for each candidate get a tenth of that."
            })
    private int candidates;

    @Option(names = "--sites", paramLabel = "N", defaultValue = "1000", description = "Sites of the idle cycle.")
    private int sites;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "The number of rounds; the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description =
                    "The parent of a temporary folder for the files; it should be on a real disk (default: ${DEFAULT-VALUE}).")
    private Path parent = Path.of("");

    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private final List<Double> allocated = new ArrayList<>();

    public CycleBenchmark() {}

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(parent);
        Path folder = Files.createTempDirectory(parent.toAbsolutePath().normalize(), "cycle-");
        try {
            // twice to warm up; what is measured then is compiled code
            for (int round = -1; round <= rounds; round++) {
                List<CycleContender> order = new ArrayList<>(CycleContender.all());
                Collections.rotate(order, round);
                for (CycleContender contender : order) {
                    double rate = rate(folder, contender);
                    if (round > 0) {
                        rates.computeIfAbsent(contender.name(), name -> new ArrayList<>())
                                .add(rate);
                        say(String.format(
                                Locale.ROOT, "round %d of %d  %-32s  %8.0f/s", round, rounds, contender.name(), rate));
                    }
                }
            }
            double idle = IdleCycle.ratio(folder.resolve("cases.db"), folder.resolve("queue.db"), sites, 3 + rounds);
            return print(idle);
        } finally {
            delete(folder);
        }
    }

    private double rate(Path folder, CycleContender contender) throws Exception {
        int count = contender.isRowByRow() ? Math.max(1, candidates / ROW_BY_ROW_SHARE) : candidates;
        Path cases = folder.resolve("cases.db");
        CaseFile.create(cases, count);
        double seconds;
        try (CycleContender.Session session = contender.open(cases, folder.resolve("queue.db"))) {
            long before = allocatedBytes();
            long start = System.nanoTime();
            int queued = session.run();
            seconds = (System.nanoTime() - start) / 1e9;
            if (contender.equals(new BrainCycle(CycleContender.BATCH))) {
                allocated.add((allocatedBytes() - before) / 1e3 / count);
            }
            if (queued != count) {
                throw new IllegalStateException(
                        contender.name() + " queued " + queued + " of " + count + " candidates");
            }
        }
        empty(folder);
        return count / seconds;
    }

    /** Returns how many bytes this thread has allocated; a cycle runs on the thread that calls it. */
    private static long allocatedBytes() {
        return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getCurrentThreadAllocatedBytes();
    }

    private int print(double idle) {
        PrintWriter out = out();
        CycleContender brain = new BrainCycle(CycleContender.BATCH);
        CycleContender large = new BrainCycle(CycleContender.LARGE_BATCH);
        for (String name : rates.keySet()) {
            out.println(String.format(
                    Locale.ROOT, "%-32s  %8.0f/s  %6.2fx", name, median(each(name)), ratio(brain.name(), name)));
        }
        out.println();
        out.println("Candidates claimed and queued a second, the median of the rounds (" + rounds
                + "); \"x\" is how many times as fast Brain is with its default batch.");
        out.println("Camel SQL, Spring Integration and the naive loop promise less: a crash between their two commits");
        out.println("loses cases, or queues cases that are not claimed.");
        out.println();
        return print(List.of(
                goal(brain, new HandWrittenCycle(CycleContender.BATCH), 0.8),
                goal(large, new HandWrittenCycle(CycleContender.LARGE_BATCH), 0.8),
                goal(brain, new CamelCycle(1), 10),
                goal(brain, new CamelCycle(CycleContender.BATCH), 1),
                goal(brain, new SpringCycle(CycleContender.BATCH), 1),
                goal(large, new CamelCycle(CycleContender.LARGE_BATCH), 1),
                goal(large, new SpringCycle(CycleContender.LARGE_BATCH), 1),
                new Goal("bytes that Brain allocates for each candidate, in kB", median(allocated), 10, false),
                new Goal(
                        "idle cycle over " + sites + " sites : its page queries alone, each prepared anew",
                        idle,
                        1.5,
                        false)));
    }

    private Goal goal(CycleContender brain, CycleContender other, double least) {
        return new Goal(
                brain.name() + " : " + other.name() + (other instanceof HandWrittenCycle ? ", the limit" : ""),
                ratio(brain.name(), other.name()),
                least,
                true);
    }

    private List<Double> each(String name) {
        return rates.getOrDefault(name, List.of());
    }

    private double ratio(String name, String other) {
        return ratio(each(name), each(other));
    }
}
