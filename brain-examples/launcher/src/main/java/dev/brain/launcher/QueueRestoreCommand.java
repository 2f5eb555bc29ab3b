package dev.brain.launcher;

import dev.brain.error.ConfigurationException;
import dev.brain.internal.file.FileAccess;
import dev.brain.queue.Store;
import dev.brain.queue.Store.Options.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain queue restore} */
@Command(
        name = "restore",
        header = "Replace the content of the queue's file with a backup, and hold its tasks.",
        description =
                "%nStop all workers and runs first. Nothing is claimed, and no worker gets a task, before 'queue restored"
                        + " approve'.",
        footer = {"", "Example:", "  brain queue restore backups/queue-2026-03-01.db"})
final class QueueRestoreCommand extends BrainCommand {
    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file = Path.of("");

    @Option(names = "--force", description = "Replace a queue that has tasks.")
    private boolean force;

    @Mixin
    private final ActorOption by = new ActorOption();

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Override
    protected int run() {
        Path target = queue.file(environment())
                .orElseThrow(() -> new ConfigurationException(
                        "only a queue in a SQLite file is restored by Brain; restore the database by its own means, and then run"
                                + " 'brain queue restored mark'"));
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException("there is no file " + file);
        }
        Path part = QueueBackupCommand.part(target);
        int held;
        try (Store backup = QueueOptions.open("jdbc:sqlite:" + file, Access.READ_ONLY, environment());
                Store store = queue.openOrCreate(environment())) {
            if (!force && !store.operations().counts().isEmpty()) {
                throw new ConfigurationException(
                        "the queue in " + target
                                + " has tasks, which the backup would replace; back it up, and repeat the command with --force");
            }
            // the private copy is marked first, so that no worker ever sees a task that is not held
            held = backup.operations().markRestored(by.actor());
            Files.deleteIfExists(part);
            FileAccess.of(environment()).createFile(part);
            try {
                backup.backUp(part);
                store.restore(part);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + part, e);
        }
        out().println("The queue is restored; " + DisplayText.count(held, "task")
                + " held. See 'brain tasks list --status"
                + " held' and 'brain incidents list', then run 'brain queue restored approve'.");
        return DONE;
    }
}
