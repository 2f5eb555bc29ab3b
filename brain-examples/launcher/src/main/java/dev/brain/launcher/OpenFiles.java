package dev.brain.launcher;

import dev.brain.check.Finding;
import dev.brain.internal.file.FileAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds files with personal data or passwords that are open to every user of this machine. */
final class OpenFiles {
    private OpenFiles() {}

    /** Returns a warning for a file, or for a folder with files, that every user can read or change. */
    static Optional<Finding> warning(Path path) {
        List<Path> open = new ArrayList<>();
        try (Stream<Path> files = Files.exists(path) ? Files.walk(path.toRealPath()) : Stream.empty()) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && FileAccess.isOpenToEveryone(file)) {
                    open.add(file);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return Optional.of(Finding.warning("access", path + " can't be searched (" + e.getMessage() + ")"));
        }
        if (open.isEmpty()) {
            return Optional.empty();
        }
        Path shown = path.toAbsolutePath().normalize();
        return Optional.of(Finding.warning(
                "access",
                Files.isDirectory(path)
                        ? DisplayText.count(open.size(), "file") + " in " + shown
                                + " can be read or changed by every user of"
                                + " this machine, " + open.get(0).getFileName() + " for example; 'chmod -R o-rwx "
                                + shown + "' prevents this"
                        : shown + " can be read or changed by every user of this machine; 'chmod o-rwx " + shown
                                + "' prevents this"));
    }
}
