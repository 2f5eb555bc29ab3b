package dev.brain.bench.queue;

import dev.brain.bench.measurement.Goal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Brain with the tasks of many sites beside Brain with the same tasks of one. */
final class ManySites {
    private static final int TAKES = 20;
    private static final int BATCH = 24;
    private static final int MOST = 1_000;

    /** How much of the speed with one site must be left, by the number of sites. */
    private static final Map<Integer, Double> LEFT = Map.of(100, 0.8, MOST, 0.7);

    private final Targets targets;
    private final int tasks;
    private final Rates drains = new Rates();
    private final Rates takes = new Rates();

    /** Makes an empty target for each measurement. */
    interface Targets {
        /** Runs a measurement on an empty target. */
        double measure(Measurement measurement) throws Exception;
    }

    /** Measures something on a target. */
    @FunctionalInterface
    interface Measurement {
        double run(Target target) throws Exception;
    }

    ManySites(Targets targets, int tasks) {
        this.targets = targets;
        this.tasks = tasks;
    }

    void round() throws Exception {
        for (int sites : List.of(1, 100, MOST)) {
            Brain brain = new Brain(sites, BATCH);
            drains.add(name(sites), targets.measure(target -> {
                try (Contender.Session session = brain.open(target)) {
                    fill(session);
                    return tasks * 1e9 / session.drain(tasks, Measure.EIGHT).toNanos();
                }
            }));
        }
        for (int sites : List.of(1, MOST)) {
            takes.add(name(sites), targets.measure(target -> {
                try (Brain.Opened session = new Brain(sites, BATCH).open(target)) {
                    fill(session);
                    session.takeMillis(TAKES);
                    return session.takeMillis(TAKES);
                }
            }));
        }
    }

    private void fill(Contender.Session session) throws Exception {
        for (int first = 1; first <= tasks; first += MOST) {
            session.enqueue(first, Math.min(MOST, tasks + 1 - first));
        }
    }

    private static String name(int sites) {
        return sites + (sites == 1 ? " site" : " sites");
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        drains.names()
                .forEach(name ->
                        lines.add(String.format(Locale.ROOT, "drain, %-20s  %,10.0f/s", name, drains.median(name))));
        takes.names()
                .forEach(name ->
                        lines.add(String.format("take of %d, %-16s  %10.2f ms", BATCH, name, takes.median(name))));
        return lines;
    }

    List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        LEFT.keySet().stream()
                .sorted()
                .forEach(sites -> goals.add(new Goal(
                        "drain with " + sites + " sites : with one",
                        drains.ratio(name(sites), name(1)),
                        LEFT.getOrDefault(sites, 1.0),
                        true)));
        goals.add(new Goal(
                "take, milliseconds with " + MOST + " sites : with one", takes.ratio(name(MOST), name(1)), 2, false));
        return goals;
    }
}
