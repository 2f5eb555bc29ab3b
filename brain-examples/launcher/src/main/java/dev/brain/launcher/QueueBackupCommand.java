package dev.brain.launcher;

import dev.brain.error.ConfigurationException;
import dev.brain.internal.file.FileAccess;
import dev.brain.queue.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain queue backup} */
@Command(
        name = "backup",
        header = "Write a consistent copy of the queue's file, while it is in use.",
        footer = {"", "Example:", "  brain queue backup backups/queue-2026-03-01.db"})
final class QueueBackupCommand extends QueueCommand {
    @Parameters(paramLabel = "FILE", description = "The file to write.")
    private Path file = Path.of("");

    @Option(names = "--force", description = "Replace a file that exists.")
    private boolean force;

    @Override
    int run(Store store) {
        if (Files.exists(file) && !force) {
            throw new ConfigurationException(file + " exists; name another file, or replace it with --force");
        }
        Path part = part(file);
        try {
            Path folder = file.toAbsolutePath().getParent();
            FileAccess access = FileAccess.of(environment());
            if (folder != null) {
                access.createFolder(folder);
            }
            Files.deleteIfExists(part);
            access.createFile(part);
            try {
                store.backUp(part);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        out().println("The queue is backed up to " + file + ".");
        return DONE;
    }

    /** Returns the file that is written first, so that a copy that is interrupted is not taken for a backup. */
    static Path part(Path file) {
        return Path.of(file + ".part");
    }
}
