package dev.brain.bench.queue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.bench.measurement.Benchmark;
import dev.brain.bench.measurement.Goal;
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

    void write(ArrayNode array) {
        rates.forEach((key, values) -> {
            ObjectNode rate = array.addObject()
                    .put("synchronous", key.synchronous().name())
                    .put("contender", key.contender())
                    .put("measure", key.measure().title())
                    .put("tasks", key.tasks())
                    .put("median", Benchmark.median(values));
            ArrayNode each = rate.putArray("each");
            values.forEach(each::add);
        });
    }

    /** Returns the median over the rounds; empty if there is no measurement. */
    OptionalDouble rate(Synchronous synchronous, Contender contender, Measure measure) {
        List<Double> each = each(synchronous, contender, measure);
        return each.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Benchmark.median(each));
    }

    /** Returns how many times as fast one is as the other, as the median of the ratios in each round. */
    double ratio(
            Synchronous synchronous,
            Contender contender,
            Synchronous otherSynchronous,
            Contender other,
            Measure measure) {
        return Benchmark.ratio(each(synchronous, contender, measure), each(otherSynchronous, other, measure));
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

    /** @param growth the cost of a task in a file with many finished ones, in terms of that in an empty file */
    List<Goal> goals(double growth) {
        Contender brain = new Brain();
        List<Goal> goals = new ArrayList<>();
        for (Contender peer : List.of(new DbScheduler(Engine.SQLITE), new JobRunrQueue())) {
            goals.add(new Goal(
                    "drain with 8 workers at FULL : that of " + peer.name() + " at FULL",
                    ratio(Synchronous.FULL, brain, Synchronous.FULL, peer, Measure.DRAIN_EIGHT),
                    10,
                    true));
            goals.add(new Goal(
                    "drain with 8 workers at FULL : that of " + peer.name() + " at NORMAL",
                    ratio(Synchronous.FULL, brain, Synchronous.NORMAL, peer, Measure.DRAIN_EIGHT),
                    1,
                    true));
        }
        Contender many = new HandWritten(Measure.MANY);
        goals.add(new Goal(
                "drain with 8 workers at FULL : that of the " + many.name(),
                ratio(Synchronous.FULL, brain, Synchronous.FULL, many, Measure.DRAIN_EIGHT),
                0.5,
                true));
        Contender one = new HandWritten(1);
        goals.add(new Goal(
                "take+complete at FULL : that of the " + one.name(),
                ratio(Synchronous.FULL, brain, Synchronous.FULL, one, Measure.TAKE_COMPLETE),
                0.8,
                true));
        goals.add(new Goal("cost of a task in a file with many finished ones : in an empty one", growth, 1.3, false));
        return goals;
    }
}
