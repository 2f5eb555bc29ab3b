package dev.brain.sqlite;

import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlResourceSource;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.ResourceSource;
import dev.brain.tck.Hooked;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Another process that runs one cycle over many cases, and stands still between its list of candidates and its claims. */
final class ListingProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private ListingProcess(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static void main(String[] arguments) {
        try (SqliteStore store = SqliteStore.builder(Path.of(arguments[0]))
                        .synchronous(SqliteStore.Synchronous.NORMAL)
                        .open();
                Database database = SqliteDatabaseProvider.database(Path.of(arguments[1]));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Profile.class, ManyCases.PROFILE)
                        .source("sql", Hooked.listed(source(database), ListingProcess::awaitGo))
                        .share(Database.class, database)
                        .site(ManyCases.SITE)
                        .maxClaims(Integer.MAX_VALUE)
                        .pageSize(300)
                        .batchSize(20)
                        .readBackDelays(List.of())
                        .build()) {
            CycleReport report = brain.runCycle();
            System.out.println(report);
            if (report.errorCount() > 0) {
                System.exit(1);
            }
        }
    }

    private static ResourceSource source(Database database) {
        return new SqlResourceSource(
                database,
                new Profiles(
                        new ProviderContext(Environment.of(Map.of()), Clock.systemUTC(), List.of()),
                        List.of(ManyCases.PROFILE),
                        null));
    }

    private static void awaitGo() throws IOException {
        System.out.println("listed");
        if (System.in.read() < 0) {
            throw new IllegalStateException("whoever started this process is gone");
        }
    }

    static ListingProcess start(Path queue, Path cases) throws IOException {
        List<String> command = JavaProcess.command(ListingProcess.class);
        command.addAll(List.of(queue.toString(), cases.toString()));
        return new ListingProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Returns once it has its list. */
    void awaitList() throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals("listed")) {
                return;
            }
        }
        throw new AssertionError("the other process ended");
    }

    void goOn() throws IOException {
        try (Writer in = process.outputWriter()) {
            in.write('\n');
        }
    }

    /** Waits for its end; returns its exit status. */
    int status() {
        // read to the end, so that it never waits for its output to be read
        out.lines().forEach(line -> {});
        return process.onExit().join().exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
