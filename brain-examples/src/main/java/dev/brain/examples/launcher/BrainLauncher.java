package dev.brain.examples.launcher;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code brain}. Ends with 0 when done, 1 when something failed, 2 when the command is wrong. */
@Command(
        name = "brain",
        description = "Finds work in a system of record, claims it, and hands it to workers through a durable queue.",
        mixinStandardHelpOptions = true,
        versionProvider = BrainLauncher.ImplementationVersion.class)
public final class BrainLauncher implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    public BrainLauncher() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BrainLauncher()).execute(arguments));
    }

    @Override
    public Integer call() {
        CommandLine command = requireNonNull(spec, "spec").commandLine();
        command.usage(command.getErr());
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** The version in the jar's manifest. */
    static final class ImplementationVersion implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = BrainLauncher.class.getPackage().getImplementationVersion();
            return new String[] {"brain " + (version == null ? "(not packaged)" : version)};
        }
    }
}
