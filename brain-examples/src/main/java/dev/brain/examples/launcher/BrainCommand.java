package dev.brain.examples.launcher;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Environment;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have in common. */
@Command(optionListHeading = "%nOptions:%n", parameterListHeading = "%n", sortOptions = false)
abstract class BrainCommand implements Callable<Integer> {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG = 2;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    /** Does the work; its exit status. */
    abstract int run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        launcher().prepareLogging();
        return run();
    }

    CommandSpec spec() {
        return requireNonNull(spec, "spec");
    }

    PrintWriter out() {
        return spec().commandLine().getOut();
    }

    PrintWriter err() {
        return spec().commandLine().getErr();
    }

    BrainLauncher launcher() {
        return (BrainLauncher) spec().root().userObject();
    }

    Environment environment() {
        return launcher().environment();
    }

    /** Tells which commands there are, when none was given. */
    static int usage(CommandSpec spec) {
        CommandLine command = spec.commandLine();
        command.usage(command.getErr());
        return WRONG;
    }
}
