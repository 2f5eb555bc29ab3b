package dev.brain.launcher;

import dev.brain.queue.Store;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brain queue} */
@Command(
        name = "queue",
        header = "Prepare, copy, back up and restore the database of the queue.",
        footer = {"", "Example:", "  brain queue init --queue jdbc:postgresql://db.example/brain --print"},
        subcommands = {
            StoreCommand.Init.class,
            QueueCopyCommand.class,
            QueueBackupCommand.class,
            QueueRestoreCommand.class,
            QueueRestoredCommand.class
        })
final class StoreCommand extends CommandGroup {

    @Command(name = "init", header = "Create the queue's tables, or bring them to this version.")
    static final class Init extends BrainCommand {
        @Mixin
        private final QueueOptions queue = new QueueOptions();

        @Option(
                names = "--print",
                description = "Print the statements instead of running them, for somebody who may create tables.")
        private boolean print;

        @Override
        protected int run() {
            List<String> missing = queue.missingStatements(environment());
            if (print) {
                missing.forEach(statement -> out().println(statement + ";"));
                return DONE;
            }
            String location = queue.location(environment());
            try (Store store = queue.openOrCreate(environment())) {
                out().println("The queue at " + location + " is ready, with "
                        + DisplayText.count(store.sites().sites().size(), "site") + ".");
            }
            return DONE;
        }
    }
}
