package dev.brain.postgresql;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.brain.store.RelationalStore;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** A worker in a process of its own. It writes each task into the table {@code done} before it ends the task. */
final class WorkerProcess implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    /** So long that no worker loses a lease because the machine is busy. */
    private static final Duration LEASE = Duration.ofHours(1);

    enum Mode {
        /** It works until it is closed. */
        STAYS,
        /** It ends when nothing is ready. */
        DRAINS,
        /** It ends when nothing is ready. Its handlers say when they begin, and wait for {@link #proceed}. */
        WAITS
    }

    private final Process process;
    private final BufferedReader out;

    private WorkerProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts a worker.
     *
     * @param owner its name in the leases and in the results
     */
    static WorkerProcess start(String url, String owner, Mode mode) throws IOException {
        return start(WorkerProcess.class, url, owner, mode.name());
    }

    /** Starts a process that queues tasks and ends. */
    static WorkerProcess queueing(String url, int from, int to) throws IOException {
        return start(Queueing.class, url, String.valueOf(from), String.valueOf(to));
    }

    private static WorkerProcess start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new WorkerProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    static final class Queueing {
        private Queueing() {}

        public static void main(String[] arguments) {
            try (RelationalStore store = TestSchema.open(arguments[0])) {
                TestSchema.queue(store.queue(), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        Mode mode = Mode.valueOf(arguments[2]);
        try (RelationalStore store = TestSchema.open(url);
                Worker worker = Worker.builder()
                        .queue(store)
                        .owner(arguments[1])
                        .handler(TestSchema.SITE, context -> {
                            if (mode == Mode.WAITS) {
                                System.out.println("began " + context.task().id());
                                System.in.read();
                            }
                            done(url, context.task().id());
                            System.out.println("done " + context.task().id());
                            return TaskOutcome.done(TextNode.valueOf(arguments[1]));
                        })
                        .threads(4)
                        .lease(LEASE)
                        .poll(POLL)
                        .build()) {
            if (mode == Mode.STAYS) {
                worker.start();
                System.in.read();
            } else {
                worker.drain();
            }
        }
    }

    private static void done(String url, long task) throws SQLException {
        PGSimpleDataSource driver = new PGSimpleDataSource();
        driver.setURL(url);
        try (Connection connection = driver.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO done (task_id) VALUES (?)")) {
            insert.setLong(1, task);
            insert.executeUpdate();
        }
    }

    /** Waits until it has done so many tasks more. */
    void awaitDone(int tasks) throws IOException {
        for (int done = 0; done < tasks; done++) {
            awaitDone();
        }
    }

    /** Waits until it has done another task. Returns the task's number. */
    long awaitDone() throws IOException {
        return await("done ");
    }

    /** Waits until one of its handlers waits. */
    void awaitBegun() throws IOException {
        await("began ");
    }

    /** Returns the number of the task of which it says this. */
    private long await(String what) throws IOException {
        String line;
        do {
            line = out.readLine();
            if (line == null) {
                throw new AssertionError("the worker ended");
            }
        } while (!line.startsWith(what));
        return Long.parseLong(line.substring(what.length()));
    }

    /** Lets a handler go on that waits. */
    void proceed() throws IOException {
        process.outputWriter().write('\n');
        process.outputWriter().flush();
    }

    /** Sends a signal, for example STOP. */
    void signal(String name) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill ended with " + status);
        }
    }

    /** Waits for its end. Returns its exit status. */
    int awaitEnd() throws Exception {
        while (out.readLine() != null) {
            // so that it can go on writing
        }
        return process.waitFor();
    }

    /** Ends it without giving it a chance to close anything. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
