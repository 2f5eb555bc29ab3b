package dev.brain.bench.queue;

import dev.brain.sqlite.SqliteStore.Synchronous;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The rates that were measured, in tasks a second. */
final class Results {
    private final Map<Key, List<Double>> rates = new LinkedHashMap<>();

    /** What a rate is of. */
    record Key(Synchronous synchronous, String contender, Measure measure, int tasks) {}

    void add(Key key, double rate) {
        rates.computeIfAbsent(key, unknown -> new ArrayList<>()).add(rate);
    }

    Map<Key, List<Double>> all() {
        return rates;
    }

    /** The median over the rounds; empty if it wasn't measured. */
    OptionalDouble rate(Synchronous synchronous, Contender contender, Measure measure) {
        List<Double> each = each(synchronous, contender, measure);
        return each.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(each));
    }

    /** How many times as fast one is as the other: the median over the rounds of what they were in the same round. */
    double ratio(
            Synchronous synchronous,
            Contender contender,
            Synchronous otherSynchronous,
            Contender other,
            Measure measure) {
        List<Double> ours = each(synchronous, contender, measure);
        List<Double> theirs = each(otherSynchronous, other, measure);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return median(ratios);
    }

    private List<Double> each(Synchronous synchronous, Contender contender, Measure measure) {
        return rates.entrySet().stream()
                .filter(each -> each.getKey().synchronous() == synchronous
                        && each.getKey().contender().equals(contender.name())
                        && each.getKey().measure() == measure)
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
