package dev.brain.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The launcher in a process of its own. */
public final class LauncherProcess {
    private LauncherProcess() {}

    /** One yet to be started, in that folder; of this process's environment it has only what a JVM needs. */
    public static ProcessBuilder builder(Path folder, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BrainLauncher.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.matches("BRAIN_.*|SQL.*|BOT_.*|XVIA_.*|JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return builder;
    }
}
