package dev.brain.playwright;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a Chromium-family browser on this machine. */
final class Browsers {
    /** The variable that names a browser. */
    static final String VARIABLE = "BRAIN_BROWSER";

    /** The shell without windows comes first: it starts in a quarter of the time and takes less memory. */
    private static final List<String> COMMANDS = List.of(
            "chromium-headless-shell",
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "microsoft-edge");

    private Browsers() {}

    /**
     * Returns the browser to run; empty means the one that Playwright has downloaded.
     *
     * @throws ConfigurationException if there is none; says how to get one
     */
    static Optional<Path> find(Environment environment) {
        Optional<Path> named = environment.get(VARIABLE).map(Path::of);
        if (named.isPresent()) {
            if (!Files.isExecutable(named.get())) {
                throw new ConfigurationException(VARIABLE + " names " + named.get()
                        + ", which is not a program; name a Chromium, Chrome or Edge there,"
                        + " or none, to have one looked for");
            }
            return named;
        }
        Optional<Path> installed =
                candidates().stream().filter(Files::isExecutable).findFirst();
        if (installed.isEmpty() && !isDownloaded(environment)) {
            throw new ConfigurationException("there is no browser: install Chromium (Debian: apt-get install chromium),"
                    + " Chrome or Edge, or set " + VARIABLE + " to the path of one");
        }
        return installed;
    }

    private static List<Path> candidates() {
        List<Path> candidates = new ArrayList<>();
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty()) {
                COMMANDS.forEach(command -> candidates.add(Path.of(folder, command)));
            }
        }
        candidates.add(Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));
        candidates.add(Path.of("/Applications/Chromium.app/Contents/MacOS/Chromium"));
        candidates.add(Path.of("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"));
        for (String variable : List.of("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")) {
            String folder = System.getenv(variable);
            if (folder != null) {
                candidates.add(Path.of(folder, "Google", "Chrome", "Application", "chrome.exe"));
                candidates.add(Path.of(folder, "Microsoft", "Edge", "Application", "msedge.exe"));
            }
        }
        return candidates;
    }

    /** Returns whether Playwright has downloaded a Chromium. */
    private static boolean isDownloaded(Environment environment) {
        Path home = Path.of(System.getProperty("user.home"));
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        Path cache = environment
                .get("PLAYWRIGHT_BROWSERS_PATH")
                .map(Path::of)
                .orElse(
                        system.contains("win")
                                ? home.resolve("AppData").resolve("Local").resolve("ms-playwright")
                                : system.contains("mac")
                                        ? home.resolve("Library")
                                                .resolve("Caches")
                                                .resolve("ms-playwright")
                                        : home.resolve(".cache").resolve("ms-playwright"));
        if (!Files.isDirectory(cache)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.anyMatch(entry -> String.valueOf(entry.getFileName()).startsWith("chromium"));
        } catch (java.io.IOException e) {
            return false;
        }
    }

    /** Returns the arguments that start a browser. */
    static List<String> arguments(ServerAccess access) {
        List<String> arguments = new ArrayList<>(List.of(
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--disable-quic"));
        if ("root".equals(System.getProperty("user.name"))) {
            // Chromium refuses to run as root in its sandbox
            arguments.add("--no-sandbox");
        }
        if (!access.keys().isEmpty()) {
            arguments.add("--ignore-certificate-errors-spki-list=" + String.join(",", access.keys()));
        }
        return arguments;
    }
}
