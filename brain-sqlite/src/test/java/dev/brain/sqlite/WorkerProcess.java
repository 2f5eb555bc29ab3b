package dev.brain.sqlite;

import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * A worker of four threads in a process of its own, by a clock that its test shares with it. It notes each task that it
 * does in a journal beside the queue's file.
 */
final class WorkerProcess implements AutoCloseable {
    /** By the clock that the test moves: until then, no lease runs out, however slow the machine is. */
    static final Duration LEASE = Duration.ofMinutes(1);

    /** How long a lock is waited for that is never held for long. */
    static final Duration PATIENCE = Duration.ofHours(1);

    static final Duration POLL = Duration.ofMillis(50);

    private static final String MARK = "test: ";
    private static final String DRAIN = "drain";

    private final Process process;
    private final BufferedReader out;
    private int told;

    private WorkerProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a process that does a permitted number of tasks, and prints a line before it ends each. */
    static WorkerProcess start(Path file, Duration busyTimeout) throws IOException {
        return start(WorkerProcess.class, file, busyTimeout, "as allowed");
    }

    /** Starts one that ends when nothing is ready. */
    static WorkerProcess startDraining(Path file) throws IOException {
        return start(WorkerProcess.class, file, PATIENCE, DRAIN);
    }

    static WorkerProcess start(Class<?> main, Object... arguments) throws IOException {
        List<String> command = JavaProcess.command(main, "-Xmx128m");
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new WorkerProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    static SqliteStore store(Path file) throws IOException {
        return store(file, PATIENCE);
    }

    /** A queue that never gives up a task because its workers died. */
    private static SqliteStore store(Path file, Duration busyTimeout) throws IOException {
        return SqliteStore.builder(file)
                .clock(FileClock.beside(file))
                .maxCrashes(Integer.MAX_VALUE)
                .busyTimeout(busyTimeout)
                .open();
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        boolean drain = arguments[2].equals(DRAIN);
        Semaphore allowed = new Semaphore(drain ? Integer.MAX_VALUE : 0);
        try (SqliteStore store = store(file, Duration.parse(arguments[1]));
                FileChannel journal = FileChannel.open(
                        journal(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                Worker worker = Worker.builder()
                        .queue(store)
                        .clock(FileClock.beside(file))
                        .handler(Drafts.SITE, context -> {
                            allowed.acquire();
                            if (!drain) {
                                tell("task " + context.task().id());
                            }
                            return handle(context, journal);
                        })
                        .threads(4)
                        .lease(LEASE)
                        .poll(POLL)
                        .build()) {
            if (drain) {
                worker.drain();
                return;
            }
            worker.start();
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                allowed.release(Integer.parseInt(line));
            }
        }
    }

    private static TaskOutcome handle(TaskContext context, FileChannel journal) throws IOException {
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
        return next(MARK).substring(MARK.length());
    }

    /** Lets it say whatever it wants from now on, so that it needn't wait for a reader. */
    void ignoreWhatIsTold() {
        Thread reader = new Thread(() -> out.lines().forEach(line -> {}), "reader of a worker");
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits until it has logged that it can't use the queue. */
    void awaitCannotUseTheQueue() throws IOException {
        next("can't use the queue");
    }

    /** Waits until it has said that much, counted from its start. */
    void awaitTold(int times) throws IOException {
        while (told < times) {
            told();
        }
    }

    private String next(String part) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(MARK)) {
                told++;
            }
            if (line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("the process ended");
    }

    /** Lets it do that many tasks more. */
    void allow(int tasks) throws IOException {
        say(String.valueOf(tasks));
    }

    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Lets it hand back what it has done, and end; its exit status. */
    int stop() throws Exception {
        process.getOutputStream().close();
        return awaitEnd();
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

    /** Its exit status. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it without giving it a chance to close anything. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
