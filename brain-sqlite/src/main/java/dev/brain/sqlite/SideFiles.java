package dev.brain.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The files that SQLite keeps beside a file in use. Opening the file requires access to them. */
final class SideFiles {
    /** What is appended to the file's name; the first is the file itself. */
    private static final List<String> SUFFIXES = List.of("", "-wal", "-shm", "-journal");

    /** The position of the journal kind in the file header, and its value for a write-ahead log. */
    private static final int READ_VERSION_OFFSET = 19;

    private static final int WRITE_AHEAD_LOG = 2;

    private SideFiles() {}

    static Path of(Path file, String suffix) {
        return Path.of(file + suffix);
    }

    /** Returns which of a file and its side files this user may not write, and what to do; empty if there is none. */
    static Optional<String> unwritable(Path file) {
        return blocked(file, Files::isWritable, "written");
    }

    /** Returns which of a file and its side files this user may not read, and what to do; empty if there is none. */
    static Optional<String> unreadable(Path file) {
        return blocked(file, Files::isReadable, "read");
    }

    private static Optional<String> blocked(Path file, Predicate<Path> isAllowed, String verb) {
        for (String suffix : SUFFIXES) {
            Path each = of(file, suffix);
            if (Files.isRegularFile(each) && !isAllowed.test(each)) {
                return Optional.of(each + " can't be " + verb + " by this user" + owner(each)
                        + (each.equals(file)
                                ? "; grant this user access, or run Brain as its owner"
                                : "; that user has or had " + file.getFileName()
                                        + " open: end that program, or let this user "
                                        + (verb.equals("read") ? "read" : "write") + " the folder's files"));
            }
        }
        return Optional.empty();
    }

    private static String owner(Path file) {
        try {
            return " (it belongs to " + Files.getOwner(file).getName() + ")";
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /** Returns whether opening the file normally creates side files, even for reading. */
    static boolean hasWriteAheadLog(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] header = in.readNBytes(READ_VERSION_OFFSET + 1);
            return header.length > READ_VERSION_OFFSET && header[READ_VERSION_OFFSET] == WRITE_AHEAD_LOG;
        }
    }
}
