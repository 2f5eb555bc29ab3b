package dev.brain.internal;

import dev.brain.error.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Distinguishes a file that does not exist from one in a folder that this user may not enter. */
public final class ReachableFiles {
    private ReachableFiles() {}

    /**
     * Returns whether there is such a file or folder.
     *
     * @throws ConfigurationException if this user may not enter a folder on the way, so that nobody knows
     */
    public static boolean exists(Path path, LinkOption... options) {
        if (Files.exists(path, options)) {
            return true;
        }
        if (Files.notExists(path, options)) {
            return false;
        }
        Path closed = path.toAbsolutePath().normalize().getParent();
        for (Path folder = closed; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder) && !Files.isExecutable(folder)) {
                closed = folder;
            }
        }
        throw new ConfigurationException("cannot look for " + path + ": permission denied in " + closed
                + "; let this user enter that folder, or name another file");
    }
}
