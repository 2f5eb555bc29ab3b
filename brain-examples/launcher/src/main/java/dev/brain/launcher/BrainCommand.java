package dev.brain.launcher;

import static java.util.Objects.requireNonNull;

import dev.brain.BrainBuilder;
import dev.brain.config.Environment;
import dev.brain.cycle.BrainListener;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have in common: exit statuses, output, settings and {@code --help}. */
@Command(optionListHeading = "%nOptions:%n", parameterListHeading = "%n", sortOptions = false)
public abstract class BrainCommand implements Callable<Integer> {
    protected static final int DONE = 0;
    protected static final int FAILED = 1;
    protected static final int WRONG = 2;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    /** Runs the command and returns its exit status. */
    protected abstract int run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        prepare();
        return run();
    }

    /** Reads the environment, and sets where the log is. */
    void prepare() {
        launcher().prepareLogging();
    }

    protected final CommandSpec spec() {
        return requireNonNull(spec, "spec");
    }

    protected final PrintWriter out() {
        return spec().commandLine().getOut();
    }

    protected final PrintWriter err() {
        return spec().commandLine().getErr();
    }

    BrainLauncher launcher() {
        return (BrainLauncher) spec().root().userObject();
    }

    protected final Environment environment() {
        return launcher().environment();
    }

    /** Returns the folder of logs, plug-ins and everything else that a command creates: {@code BRAIN_HOME}. */
    protected final Path home() {
        return launcher().home();
    }

    /**
     * Opens a session with the launcher's plug-ins, and logs what is broken in them.
     *
     * @see BrainSession#open
     */
    protected final BrainSession openSession(
            Environment environment, Store store, Collection<Site> served, UnaryOperator<BrainBuilder> options) {
        return BrainSession.open(environment, launcher().plugins().warned(), store, served, options);
    }

    /** Returns a listener that shows a person at a terminal how far a cycle is. */
    protected final BrainListener progress() {
        return Progress.on(err(), launcher().context());
    }

    /** Prints that the process was asked to stop before the command began, and returns the exit status. */
    final int stoppedBeforeItBegan() {
        // not thrown: the process may end before somebody else prints it
        ErrorLine.print(err(), "stopped before it began: nothing was claimed");
        return FAILED;
    }

    /** Prints which commands there are, when none was given. */
    static int usage(CommandSpec spec) {
        CommandLine command = spec.commandLine();
        command.usage(command.getErr());
        return WRONG;
    }
}
