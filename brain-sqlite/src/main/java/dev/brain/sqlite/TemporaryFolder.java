package dev.brain.sqlite;

import dev.brain.error.UnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The temporary folder. Each use gets a folder in it that only this user can open. */
final class TemporaryFolder {
    /** The advice for an unusable temporary folder. */
    static final String ADVICE =
            "; free space there and let this user write it, or name another folder with TMPDIR" + " (java.io.tmpdir)";

    private TemporaryFolder() {}

    /** Creates a folder. The error names the temporary folder and its problem. */
    static Path create(Path parent, String prefix) {
        try {
            return Files.createTempDirectory(parent, prefix);
        } catch (NoSuchFileException e) {
            throw new UnavailableException("the temporary folder " + parent + " does not exist" + ADVICE, e);
        } catch (AccessDeniedException e) {
            throw new UnavailableException(
                    "no file can be created in the temporary folder " + parent + ": this user may not write it"
                            + ADVICE,
                    e);
        } catch (IOException e) {
            throw new UnavailableException(
                    "no file can be created in the temporary folder " + parent + " (" + e.getMessage() + ")" + ADVICE,
                    e);
        }
    }

    static Path path() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
