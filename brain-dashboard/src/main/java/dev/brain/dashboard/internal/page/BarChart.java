package dev.brain.dashboard.internal.page;

import dev.brain.internal.monitor.Count;
import java.util.ArrayList;
import java.util.List;

/**
 * Two figures for each of several parts of time, as bars that stand on each other.
 *
 * @param width of the picture, in its own units
 * @param most the height of the whole picture, as a figure
 */
public record BarChart(List<Bar> bars, int width, int most) {
    /** The height of the picture, in its own units. */
    public static final int HEIGHT = 90;

    private static final int WIDTH = 576;
    private static final int WIDEST = 40;

    public BarChart {
        bars = List.copyOf(bars);
    }

    /**
     * A part of time.
     *
     * @param label its begin
     * @param isLabelled whether its label is in the picture; it is always in the table
     */
    public record Part(String label, boolean isLabelled, Count lower, Count upper) {}

    /** A bar, and where it stands in the picture. */
    public record Bar(
            Part part, int x, int width, int middle, int lowerY, int lowerHeight, int upperY, int upperHeight) {}

    static BarChart of(List<Part> parts) {
        int most = parts.stream()
                .mapToInt(part -> part.lower().counted() + part.upper().counted())
                .max()
                .orElse(0);
        int step = WIDTH / Math.max(1, parts.size());
        int width = Math.min(WIDEST, step * 2 / 3);
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            int lower = height(part.lower(), most);
            int upper = height(part.upper(), most);
            int x = i * step + (step - width) / 2;
            bars.add(
                    new Bar(part, x, width, i * step + step / 2, HEIGHT - lower, lower, HEIGHT - lower - upper, upper));
        }
        return new BarChart(bars, WIDTH, most);
    }

    /** Something is at least a line. */
    private static int height(Count count, int most) {
        return count.counted() == 0 ? 0 : Math.max(2, (int) ((HEIGHT - 4L) * count.counted() / most));
    }

    public boolean isEmpty() {
        return most == 0;
    }
}
