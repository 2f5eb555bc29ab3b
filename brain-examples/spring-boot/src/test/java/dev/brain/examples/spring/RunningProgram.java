package dev.brain.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A program of the documentation, in a process of its own, until it is stopped. */
record RunningProgram(Process process, Path folder) {
    /** Starts a program in a folder. */
    static RunningProgram of(String mainClass, Path classes, Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        PageFiles.classPath(classes),
                        mainClass)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("SERVER_PORT", "0"); // any free one
        return new RunningProgram(builder.start(), folder);
    }

    /** Waits until it has printed a text and completed some tasks of its queue, and ends it as Ctrl+C does. */
    void awaitAndStop(String text, int tasks) throws IOException, InterruptedException {
        StringBuilder said = new StringBuilder();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null && !line.contains(text)) {
                said.append(line).append('\n');
                line = output.readLine();
            }
            assertThat(line).as(said.toString()).contains(text);
            awaitCompleted(tasks);
            process.toHandle().destroy();
            output.lines().forEach(rest -> said.append(rest).append('\n'));
            assertThat(process.waitFor()).as(said.toString()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private void awaitCompleted(int tasks) {
        try (Store store = Store.open(Store.Options.of("jdbc:sqlite:" + folder.resolve("queue.db")))) {
            while (store.operations().list(TaskFilter.newest(10)).stream()
                            .filter(task -> task.status() == TaskStatus.COMPLETED)
                            .count()
                    < tasks) {
                Thread.onSpinWait();
            }
        }
    }
}
