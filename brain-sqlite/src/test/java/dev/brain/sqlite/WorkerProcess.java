package dev.brain.sqlite;

import dev.brain.queue.Settlement;
import dev.brain.queue.Settlement.Verdict;
import dev.brain.queue.TaskQueue;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** A worker in a process of its own, which notes each task that it does in a journal beside the queue's file. */
final class WorkerProcess implements AutoCloseable {
    private static final String MARK = "test: ";

    private final Process process;
    private final BufferedReader out;

    private WorkerProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts one.
     *
     * @param work how long a task takes at the most
     * @param drain whether it ends when nothing is ready; else when it is killed
     */
    static WorkerProcess start(Path file, int threads, Duration lease, Duration poll, Duration work, boolean drain)
            throws IOException {
        return start(WorkerProcess.class, file, threads, lease.toMillis(), poll.toMillis(), work.toNanos(), drain);
    }

    static WorkerProcess start(Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new WorkerProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        long most = Long.parseLong(arguments[4]);
        AtomicBoolean first = new AtomicBoolean(true);
        try (SqliteStore store = SqliteStore.open(file);
                FileChannel journal = FileChannel.open(
                        journal(file),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND)) {
            Worker worker = Worker.builder()
                    .queue(store)
                    .handler(Drafts.SITE, context -> {
                        if (first.getAndSet(false)) {
                            tell("begun");
                        }
                        return handle(context, journal, most);
                    })
                    .threads(Integer.parseInt(arguments[1]))
                    .lease(Duration.ofMillis(Long.parseLong(arguments[2])))
                    .poll(Duration.ofMillis(Long.parseLong(arguments[3])))
                    .build();
            if (Boolean.parseBoolean(arguments[5])) {
                worker.drain();
            } else {
                worker.start();
                worker.awaitStop();
            }
        }
    }

    private static TaskOutcome handle(TaskContext context, FileChannel journal, long most) throws IOException {
        if (most > 0) {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
        }
        journal.write(ByteBuffer.wrap((context.task().id() + "\n").getBytes(StandardCharsets.UTF_8)));
        return TaskOutcome.done();
    }

    private static Path journal(Path file) {
        return Path.of(file + ".journal.txt");
    }

    /** The tasks that were done, as often as they were. */
    static List<Long> done(Path file) throws IOException {
        return Files.readAllLines(journal(file)).stream().map(Long::valueOf).toList();
    }

    /** Queues that many tasks, for resources from 1 on. */
    static void queue(TaskQueue queue, int tasks) {
        for (int from = 1; from <= tasks; from += 1000) {
            int[] ids = IntStream.rangeClosed(from, Math.min(tasks, from + 999)).toArray();
            queue.settle(queue.reserve(Drafts.of(ids)).stream()
                    .map(each -> new Settlement(each, Verdict.CONFIRM))
                    .toList());
        }
    }

    /** Says something to who started this; the log goes the same way. */
    static void tell(String what) {
        System.out.println(MARK + what);
    }

    /** What it says next. */
    String told() throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(MARK)) {
                return line.substring(MARK.length());
            }
        }
        throw new AssertionError("the process ended");
    }

    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Sends it a signal: STOP, CONT. */
    void signal(String name) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("kill -" + name + " ended with " + status);
        }
    }

    /** Whether it ended within that time. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    int status() {
        return process.exitValue();
    }

    /** Ends it without giving it a chance to close anything. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
