package dev.brain.bench.queue;

import dev.brain.bench.measurement.Benchmark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was measured in each round, by name. */
final class Rates {
    private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

    void add(String name, double value) {
        rounds.computeIfAbsent(name, unknown -> new ArrayList<>()).add(value);
    }

    /** Forgets everything, such as rounds that only warmed up. */
    void clear() {
        rounds.clear();
    }

    Set<String> names() {
        return rounds.keySet();
    }

    /** Returns the median over the rounds; NaN if nothing was measured. */
    double median(String name) {
        return Benchmark.median(rounds.getOrDefault(name, List.of()));
    }

    /** Returns the median of the ratios in the same round; NaN if nothing was measured. */
    double ratio(String name, String other) {
        return rounds.containsKey(name) && rounds.containsKey(other)
                ? Benchmark.ratio(rounds.get(name), rounds.get(other))
                : Double.NaN;
    }
}
