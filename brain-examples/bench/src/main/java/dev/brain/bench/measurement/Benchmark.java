package dev.brain.bench.measurement;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that measures and reports whether its goals are reached. */
public abstract class Benchmark implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For subclasses. */
    protected Benchmark() {}

    /** Returns where the results are printed. */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Prints a line of progress. */
    protected final void say(String text) {
        spec.commandLine().getErr().println(text);
        spec.commandLine().getErr().flush();
    }

    /** Prints the goals. Returns the exit status: 0 if all of them are reached, else 1. */
    protected final int print(List<Goal> goals) {
        goals.forEach(goal -> out().println(goal.line()));
        out().flush();
        return goals.stream().allMatch(Goal::isReached) ? 0 : 1;
    }

    /** Returns the median over the rounds; NaN if there is no value. */
    public static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Returns the median of the ratios in the same round. */
    public static double ratio(List<Double> values, List<Double> others) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / others.get(i));
        }
        return median(ratios);
    }

    /** Deletes the files in a folder. */
    protected static void empty(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Deletes a folder with everything in it. */
    protected static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
