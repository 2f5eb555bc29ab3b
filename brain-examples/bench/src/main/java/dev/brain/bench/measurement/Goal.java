package dev.brain.bench.measurement;

import java.util.Locale;

/**
 * A ratio that a benchmark must reach.
 *
 * @param text the two sides of the ratio
 * @param value the ratio that was measured
 * @param bound the ratio that is wanted
 * @param isLeast whether the bound is the least or the most
 */
public record Goal(String text, double value, double bound, boolean isLeast) {
    /** Returns whether the measured ratio is within the bound. */
    public boolean isReached() {
        return isLeast ? value >= bound : value <= bound;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-11s  %7.2f  (%s %s)  %s",
                isReached() ? "reached" : "NOT REACHED",
                value,
                isLeast ? "at least" : "at most",
                bound,
                text);
    }
}
