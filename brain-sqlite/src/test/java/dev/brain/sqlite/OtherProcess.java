package dev.brain.sqlite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Another process that opens a store, reserves, and then waits until it is killed. */
final class OtherProcess implements AutoCloseable {
    private final Process process;

    private final BufferedReader out;

    private OtherProcess(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
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
        return start(command(file, reservations));
    }

    private static OtherProcess start(List<String> command) throws IOException {
        return new OtherProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static List<String> command(Path file, int reservations) {
        List<String> command = JavaProcess.command(OtherProcess.class);
        command.addAll(List.of(file.toString(), String.valueOf(reservations)));
        return command;
    }

    /** Starts it as the child of a process that never collects the status of an ended child. */
    static OtherProcess startUncollected(Path file, int reservations) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "exec 3<&0; \"$@\" <&3 & exec sleep 3600 >/dev/null", "sh"));
        command.addAll(command(file, reservations));
        return start(command);
    }

    /** Kills the child of a parent that does not collect it, and waits until it has ended. */
    void killUncollected() throws IOException {
        ProcessHandle child = process.children().findFirst().orElseThrow();
        child.destroyForcibly();
        Path stat = Path.of("/proc/" + child.pid() + "/stat");
        while (!Files.readString(stat, StandardCharsets.ISO_8859_1).contains(") Z ")) {
            Thread.onSpinWait();
        }
    }

    /** How many it reserved. */
    int reserved() throws IOException {
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
