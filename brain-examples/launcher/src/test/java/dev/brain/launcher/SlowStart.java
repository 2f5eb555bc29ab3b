package dev.brain.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A command whose plug-in lets it start only after the process was asked to stop. */
public final class SlowStart {
    private SlowStart() {}

    /** Puts the plug-in into the folder {@code plugins} of a folder. */
    public static void install(Path folder) throws IOException {
        Path sources = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-sources"));
        Files.writeString(sources.resolve("SlowStart.java"), """
                package com.example.slow;

                import dev.brain.plugin.ProviderContext;
                import dev.brain.work.TaskHandler;

                public final class SlowStart implements TaskHandler.Provider {
                    public SlowStart() {
                        System.out.println("starting");
                        while (!isAskedToStop()) {
                            Thread.onSpinWait();
                        }
                    }

                    // the hook has found nothing to close, and waits for the command to finish
                    private static boolean isAskedToStop() {
                        return Thread.getAllStackTraces().keySet().stream()
                                .anyMatch(thread -> thread.getName().equals("brain-stop")
                                        && thread.getState() == Thread.State.TIMED_WAITING);
                    }

                    @Override
                    public String name() {
                        return "slow";
                    }

                    @Override
                    public TaskHandler create(ProviderContext context) {
                        throw new IllegalStateException("no site names it");
                    }
                }
                """);
        Path classes = PluginFile.compile(sources, folder.resolveSibling(folder.getFileName() + "-classes"));
        Path service = classes.resolve("META-INF/services/dev.brain.work.TaskHandler$Provider");
        Files.createDirectories(service.getParent());
        Files.writeString(service, "com.example.slow.SlowStart\n");
        PluginFile.jar(classes, folder.resolve("plugins/slow.jar"));
    }

    /** Starts a process, asks it to stop while it starts, and returns what it printed afterwards. */
    public static Shell.Outcome stopped(ProcessBuilder builder) throws Exception {
        Path errors = Files.createTempFile("errors", ".txt");
        try {
            Process process = builder.redirectError(errors.toFile()).start();
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                String line = out.readLine();
                while (line != null && !line.equals("starting")) {
                    line = out.readLine();
                }
                // by its handle, since the process itself would close the stream that is still to be read
                process.toHandle().destroy();
                List<String> printed =
                        out.lines().filter(later -> !later.equals("starting")).toList();
                return new Shell.Outcome(process.waitFor(), String.join("\n", printed), Files.readString(errors));
            }
        } finally {
            Files.delete(errors);
        }
    }
}
