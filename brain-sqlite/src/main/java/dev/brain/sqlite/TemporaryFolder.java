package dev.brain.sqlite;

import dev.brain.error.UnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder in the system's temporary folder. It holds files only, and no other user can open it. */
record TemporaryFolder(Path path) {
    /** The advice for an unusable temporary folder. */
    static final String ADVICE =
            "; free space there and let this user write it, or name another folder with TMPDIR (java.io.tmpdir)";

    /** Creates a folder. The error names the temporary folder and its problem. */
    static TemporaryFolder create(Path parent, String prefix) {
        try {
            return new TemporaryFolder(Files.createTempDirectory(parent, prefix));
        } catch (NoSuchFileException e) {
            throw new UnavailableException("the temporary folder " + parent + " does not exist" + ADVICE, e);
        } catch (IOException e) {
            String reason =
                    e instanceof AccessDeniedException ? ": this user may not write it" : " (" + e.getMessage() + ")";
            throw new UnavailableException(
                    "no file can be created in the temporary folder " + parent + reason + ADVICE, e);
        }
    }

    /** Returns the system's temporary folder. */
    static Path parent() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    void empty() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    void delete() throws IOException {
        empty();
        Files.deleteIfExists(path);
    }
}
