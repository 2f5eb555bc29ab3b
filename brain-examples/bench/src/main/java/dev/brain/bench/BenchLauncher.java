package dev.brain.bench;

import dev.brain.bench.cycle.CycleBenchmark;
import dev.brain.bench.queue.QueueBenchmark;
import dev.brain.bench.web.WebBenchmark;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bench}. Exits with 0 if all goals are reached, 1 if not, and 2 if the command is wrong. */
@Command(
        name = "bench",
        description = "Measures Brain beside its alternatives, in the same run.",
        mixinStandardHelpOptions = true,
        subcommands = {QueueBenchmark.class, CycleBenchmark.class, WebBenchmark.class})
public final class BenchLauncher implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    public BenchLauncher() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchLauncher())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what is to be measured?");
    }
}
