package dev.brain.launcher;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.file.FileAccess;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code brain}. Exits with 0 when done, 1 if something failed, and 2 if the command is wrong. */
@Command(
        name = "brain",
        header = "Finds work in a system of record, claims it, and hands it to workers through a durable queue.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        versionProvider = BrainLauncher.ImplementationVersion.class,
        footer = {
            "",
            "First steps: brain sites import FILE; brain doctor; brain run",
            "",
            "Exit status: 0 done, 1 something failed, 2 the command or the configuration is wrong."
        })
public final class BrainLauncher implements Callable<Integer> {
    private static final List<Class<? extends BrainCommand>> COMMANDS = List.of(
            RunCommand.class,
            SyncCommand.class,
            SitesCommand.class,
            ProfileCommand.class,
            TasksCommand.class,
            WorkerCommand.class,
            DashboardCommand.class,
            IncidentsCommand.class,
            HistoryCommand.class,
            StoreCommand.class,
            DoctorCommand.class);

    private static final String CONNECTIONS = "jdk.httpserver.maxConnections";

    private final LaunchContext context;
    private @Nullable Environment environment;
    private @Nullable Plugins plugins;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean version;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log more, and print the stack trace of an error.")
    private boolean verbose;

    BrainLauncher(LaunchContext context) {
        this.context = context;
    }

    public static void main(String[] arguments) {
        // read once, by the first HTTP server of the process
        System.setProperty(CONNECTIONS, System.getProperty(CONNECTIONS, "500"));
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintWriter out = writer(output, "stdout.encoding");
        PrintWriter err = writer(new FileOutputStream(FileDescriptor.err), "stderr.encoding");
        System.exit(output.status(run(LaunchContext.ofProcess(), out, err, arguments), err));
    }

    /** Runs one command and returns its exit status. */
    static int run(LaunchContext context, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commandLine = new CommandLine(new BrainLauncher(context));
        commands(arguments).forEach(commandLine::addSubcommand);
        commandLine
                .setOut(new VisibleOutput(out))
                .setErr(new VisibleOutput(err))
                .setUsageHelpAutoWidth(true)
                .registerConverter(int.class, wholeNumber(Integer::valueOf))
                .registerConverter(Integer.class, wholeNumber(Integer::valueOf))
                .registerConverter(long.class, wholeNumber(Long::valueOf))
                .registerConverter(Long.class, wholeNumber(Long::valueOf))
                .setParameterExceptionHandler(ErrorLine::ofArguments)
                .setExecutionExceptionHandler(ErrorLine::ofExecution);
        int status = commandLine.execute(arguments);
        out.flush();
        err.flush();
        return status;
    }

    /** Returns the command that is named, or all of them: reading the options of all takes most of the time of a start. */
    private static List<Object> commands(String... arguments) {
        List<Object> all = new ArrayList<>(COMMANDS);
        ServiceLoader.load(CommandProvider.class, BrainLauncher.class.getClassLoader())
                .forEach(provider -> all.add(provider.create()));
        String word = Stream.of(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .orElse("");
        List<Object> named =
                all.stream().filter(command -> isNamed(command, word)).toList();
        return named.isEmpty() ? all : named;
    }

    private static boolean isNamed(Object command, String word) {
        Class<?> type = command instanceof Class<?> known ? known : command.getClass();
        return Stream.of(type.getAnnotationsByType(Command.class))
                .anyMatch(annotation -> annotation.name().equals(word));
    }

    private static <T> ITypeConverter<T> wholeNumber(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "'" + text + "' is " + (text.matches("[+-]?\\d+") ? "out of range" : "not a whole number"));
            }
        };
    }

    /** Prints which commands there are. */
    @Override
    public Integer call() {
        return BrainCommand.usage(requireNonNull(spec, "spec"));
    }

    boolean isVerbose() {
        return verbose;
    }

    LaunchContext context() {
        return context;
    }

    Environment environment() {
        return environment(problem -> {
            throw problem;
        });
    }

    /** Returns the environment, which is read once; the consumer receives what is wrong in it. */
    Environment environment(Consumer<ConfigurationException> problems) {
        if (environment == null) {
            environment = context.environment().apply(problems);
        }
        return environment;
    }

    /** Returns the plug-ins, which are read once. */
    Plugins plugins() {
        if (plugins == null) {
            plugins = Plugins.of(home());
        }
        return plugins;
    }

    /** Returns the folder of logs and plug-ins. */
    Path home() {
        return Path.of(environment().get("BRAIN_HOME").orElse("."));
    }

    /** Sets what {@code logback.xml} reads when the first logger is created, which is after this. */
    void prepareLogging() {
        System.setProperty(
                "brain.log.file", home().resolve("logs").resolve("brain.log").toString());
        System.setProperty("brain.log.level", verbose ? "INFO" : "WARN");
        System.setProperty("brain.log.access", FileAccess.OWNER.name());
        System.setProperty("brain.log.access", FileAccess.of(environment()).name());
    }

    /** Writes UTF-8, which JSON requires, unless the launcher's script or a newer Java names another encoding. */
    private static PrintWriter writer(OutputStream stream, String encoding) {
        Charset charset = Charset.forName(System.getProperty(encoding, "UTF-8"));
        return new PrintWriter(new OutputStreamWriter(stream, charset), true);
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
