package dev.brain.launcher;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The environment of a command.
 *
 * @param environment reads the environment variables when they are first needed; what is wrong in a {@code .env} goes to
 *     the consumer, which may throw it
 * @param isWatched whether a person watches standard error
 */
record LaunchContext(Function<Consumer<ConfigurationException>, Environment> environment, boolean isWatched) {
    LaunchContext {
        requireNonNull(environment, "environment");
    }

    /** Returns the context of this process. */
    static LaunchContext ofProcess() {
        return new LaunchContext(problems -> Environment.load(workingFolder(), problems), standardErrorIsTerminal());
    }

    /** Returns the working folder. Refuses one whose name Java can't encode, because relative paths would lead elsewhere. */
    private static Path workingFolder() {
        try {
            if (Files.isDirectory(Path.of(System.getProperty("user.dir")))) {
                return Path.of("");
            }
        } catch (InvalidPathException e) {
            // reported below
        }
        throw new ConfigurationException(
                "the working directory can't be used: it was deleted, or " + ErrorLine.LOCALE_LACKS_LETTERS);
    }

    // System.console() does not say whether standard error is redirected. Without this link, assume that it is.
    private static boolean standardErrorIsTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noSuchFile) {
            return false;
        }
    }
}
