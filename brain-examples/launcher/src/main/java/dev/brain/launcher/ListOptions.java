package dev.brain.launcher;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that select what a command lists. */
final class ListOptions {
    @Spec(Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--site", paramLabel = "ID", description = "Show only this site; may be repeated (default: all).")
    private final List<String> siteIds = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "The maximum number of rows (default: ${DEFAULT-VALUE}).")
    private int limit;

    ListOptions(int limit) {
        this.limit = limit;
    }

    /** Returns the sites to show; empty for all. */
    Set<String> siteIds() {
        return new HashSet<>(siteIds);
    }

    int limit() {
        if (limit < 1) {
            throw new ParameterException(
                    requireNonNull(spec, "spec").commandLine(), "--limit must be at least 1, not " + limit);
        }
        return limit;
    }
}
