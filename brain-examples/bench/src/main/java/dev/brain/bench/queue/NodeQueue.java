package dev.brain.bench.queue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A queue for Node, which a script runs in a process of its own. */
record NodeQueue(String name, Path script) implements Contender {
    private static final List<String> FILES = List.of("package.json", "graphile-worker.mjs", "pg-boss.mjs");

    /**
     * Installs the packages in a folder, where they are kept.
     *
     * @throws IOException if Node, npm or the packages can't be had
     */
    static List<NodeQueue> install(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : FILES) {
            try (InputStream file = Objects.requireNonNull(NodeQueue.class.getResourceAsStream("node/" + name), name)) {
                Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        run(folder, List.of("npm", "install", "--no-audit", "--no-fund", "--prefer-offline"));
        return List.of(
                new NodeQueue("graphile-worker", folder.resolve("graphile-worker.mjs")),
                new NodeQueue("pg-boss", folder.resolve("pg-boss.mjs")));
    }

    @Override
    public boolean can(Measure measure) {
        return measure == Measure.DRAIN_EIGHT;
    }

    @Override
    public boolean isSlow(Measure measure) {
        return false;
    }

    @Override
    public Session open(Target target) {
        Opened opened = new Opened(script, (PostgresSchema) target);
        opened.run("create", 0, 0);
        return opened;
    }

    private record Opened(Path script, PostgresSchema schema) implements Session {
        @Override
        public void enqueue(int first, int count) {
            run("enqueue", first, count);
        }

        @Override
        public Duration takeAndComplete(int tasks) {
            throw new UnsupportedOperationException("see can(Measure): these queues are only drained");
        }

        /** Measures from the beginning of the first task until the end of the last one is durable. */
        @Override
        public Duration drain(int tasks, int workers) {
            return Duration.ofNanos(Long.parseLong(run("drain", workers, tasks)));
        }

        private String run(String command, int first, int count) {
            try {
                return NodeQueue.run(
                        Objects.requireNonNull(script.getParent()),
                        List.of(
                                "node",
                                script.toString(),
                                schema.server().url().replace("jdbc:", ""),
                                schema.name(),
                                command,
                                String.valueOf(first),
                                String.valueOf(count),
                                Work.payload(count)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            // each command is a process that has ended
        }
    }

    private static String run(Path folder, List<String> command) throws IOException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(log.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command.subList(0, 2)) + ": "
                        + Files.readString(log).lines().findFirst().orElse(output));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}
