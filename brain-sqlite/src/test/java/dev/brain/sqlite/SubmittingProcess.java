package dev.brain.sqlite;

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
import java.util.List;

/**
 * A worker in a process of its own that files cases. It stops at each point of its work, prints where it is, and waits
 * for a line of input.
 */
final class SubmittingProcess {
    /** The points at which it stops, in their order. */
    static final List<String> POINTS = List.of("begun", "prepared", "submitting", "pressed", "submitted", "confirmed");

    private SubmittingProcess() {}

    static WorkerProcess start(Path file) throws IOException {
        return WorkerProcess.start(SubmittingProcess.class, file);
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SqliteStore store = WorkerProcess.store(file);
                FileChannel office = FileChannel.open(
                        office(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            Worker worker = Worker.builder()
                    .queue(store)
                    .clock(FileClock.beside(file))
                    .handler(Drafts.SITE, context -> {
                        long id = context.task().id();
                        stop(in, "begun " + id);
                        context.step("prepare", () -> "prepared");
                        stop(in, "prepared " + id);
                        context.submit("file", () -> {
                            stop(in, "submitting " + id);
                            office.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.UTF_8)));
                            stop(in, "pressed " + id);
                            return "receipt of " + id;
                        });
                        stop(in, "submitted " + id);
                        context.step("confirm", () -> "confirmed");
                        stop(in, "confirmed " + id);
                        return TaskOutcome.done();
                    })
                    .lease(WorkerProcess.LEASE)
                    .poll(WorkerProcess.POLL)
                    .build();
            worker.drain();
        }
    }

    private static void stop(BufferedReader in, String where) throws IOException {
        WorkerProcess.tell(where);
        in.readLine();
    }

    private static Path office(Path file) {
        return Path.of(file + ".office.txt");
    }

    /** Returns the tasks whose cases were filed, as often as they were. */
    static List<Long> filed(Path file) throws IOException {
        return Files.readAllLines(office(file)).stream().map(Long::valueOf).toList();
    }
}
