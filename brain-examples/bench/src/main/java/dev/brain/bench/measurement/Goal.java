package dev.brain.bench.queue;

import dev.brain.sqlite.SqliteStore.Synchronous;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Something that must be reached.
 *
 * @param text what
 * @param value the ratio that was measured
 * @param bound the ratio that is wanted
 * @param isLeast whether the bound is the least or the most
 */
record Goal(String text, double value, double bound, boolean isLeast) {
    boolean isReached() {
        return isLeast ? value >= bound : value <= bound;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-11s  %7.2f  (%s %.1f)  %s",
                isReached() ? "reached" : "NOT REACHED",
                value,
                isLeast ? "at least" : "at most",
                bound,
                text);
    }

    static List<Goal> of(Results results, double growth) {
        Contender brain = new Brain();
        List<Goal> goals = new ArrayList<>();
        for (Contender peer : List.of(new DbScheduler(), new JobRunrQueue())) {
            goals.add(new Goal(
                    "drain with 8 workers at FULL : that of " + peer.name() + " at FULL",
                    results.ratio(Synchronous.FULL, brain, Synchronous.FULL, peer, Measure.DRAIN_EIGHT),
                    10,
                    true));
            goals.add(new Goal(
                    "drain with 8 workers at FULL : that of " + peer.name() + " at NORMAL",
                    results.ratio(Synchronous.FULL, brain, Synchronous.NORMAL, peer, Measure.DRAIN_EIGHT),
                    1,
                    true));
        }
        Contender many = new HandWritten(Measure.MANY);
        goals.add(new Goal(
                "drain with 8 workers at FULL : that of the " + many.name(),
                results.ratio(Synchronous.FULL, brain, Synchronous.FULL, many, Measure.DRAIN_EIGHT),
                0.5,
                true));
        Contender one = new HandWritten(1);
        goals.add(new Goal(
                "take+complete at FULL : that of the " + one.name(),
                results.ratio(Synchronous.FULL, brain, Synchronous.FULL, one, Measure.TAKE_COMPLETE),
                0.8,
                true));
        goals.add(new Goal("cost of a task in a file with many finished ones : in an empty one", growth, 1.3, false));
        return goals;
    }
}
