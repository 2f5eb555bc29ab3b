package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The launcher in a process of its own. */
public final class LauncherProcess {
    private static final Pattern DASHBOARD = Pattern.compile("http://localhost:\\d+/");

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

    /**
     * Starts a command that serves a dashboard, loads the first page from the address that it prints, and stops the
     * command, which must end with status 0.
     */
    public static String dashboard(ProcessBuilder command) throws Exception {
        Process process = command.redirectErrorStream(true).start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            Matcher url = DASHBOARD.matcher(said);
            while (!url.reset(said).find()) {
                String line = output.readLine();
                assertThat(line).as(said.toString()).isNotNull();
                said.append(line).append('\n');
            }
            HttpResponse<String> page = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create(url.group())).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).as(said.toString()).isEqualTo(200);
            // Process.destroy would close the output too
            process.toHandle().destroy();
            output.lines().forEach(line -> said.append(line).append('\n'));
            assertThat(process.waitFor()).as(said.toString()).isZero();
            return page.body();
        } finally {
            process.destroyForcibly();
        }
    }
}
