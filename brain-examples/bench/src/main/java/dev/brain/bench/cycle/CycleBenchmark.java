package dev.brain.bench.cycle;

import dev.brain.bench.measurement.Benchmark;
import dev.brain.bench.measurement.Goal;
import java.io.PrintWriter;
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
                                Locale.ROOT, "round %d of %d  %-24s  %8.0f/s", round, rounds, contender.name(), rate));
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
            long start = System.nanoTime();
            int queued = session.run();
            seconds = (System.nanoTime() - start) / 1e9;
            if (queued != count) {
                throw new IllegalStateException(
                        contender.name() + " queued " + queued + " of " + count + " candidates");
            }
        }
        empty(folder);
        return count / seconds;
    }

    private int print(double idle) {
        PrintWriter out = out();
        String brain = new BrainCycle().name();
        for (String name : rates.keySet()) {
            out.println(
                    String.format(Locale.ROOT, "%-24s  %8.0f/s  %6.2fx", name, median(each(name)), ratio(brain, name)));
        }
        out.println();
        out.println("Candidates claimed and queued a second, the median of the rounds (" + rounds
                + "); \"x\" is how many times as fast Brain is.");
        out.println("The naive loop promises less: a crash between its claim and its task loses the case.");
        out.println();
        return print(List.of(
                new Goal(
                        "cycle : that of the loop with the same protocol",
                        ratio(brain, new HandWrittenCycle().name()),
                        0.8,
                        true),
                new Goal(
                        "idle cycle over " + sites + " sites : its page queries alone, each prepared anew",
                        idle,
                        1.5,
                        false)));
    }

    private List<Double> each(String name) {
        return rates.getOrDefault(name, List.of());
    }

    private double ratio(String name, String other) {
        return ratio(each(name), each(other));
    }
}
