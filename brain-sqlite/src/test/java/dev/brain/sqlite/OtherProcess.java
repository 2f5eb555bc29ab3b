package dev.brain.sqlite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Another process that opens a store, reserves, and then waits until it is killed. */
final class OtherProcess implements AutoCloseable {
    private final Process process;

    private OtherProcess(Process process) {
        this.process = process;
    }

    public static void main(String[] arguments) throws IOException {
        SqliteStore store = SqliteStore.builder(Path.of(arguments[0]))
                .busyTimeout(WorkerProcess.PATIENCE)
                .open();
        int reserved = store.queue()
                .reserve(Drafts.of(
                        IntStream.rangeClosed(1, Integer.parseInt(arguments[1])).toArray()))
                .size();
        System.out.println("reserved " + reserved);
        int end = System.in.read();
        throw new IllegalStateException("went on after " + end);
    }

    static OtherProcess start(Path file, int reservations) throws IOException {
        List<String> command = JavaProcess.command(OtherProcess.class);
        command.addAll(List.of(file.toString(), String.valueOf(reservations)));
        return new OtherProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** How many it reserved. */
    int reserved() throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("reserved ")) {
                return Integer.parseInt(line.substring("reserved ".length()));
            }
        }
        throw new AssertionError("the other process ended");
    }

    /** Ends it without giving it a chance to close anything. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
