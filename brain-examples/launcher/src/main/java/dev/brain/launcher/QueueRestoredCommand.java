package dev.brain.launcher;

import dev.brain.queue.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code brain queue restored} */
@Command(
        name = "restored",
        header = "Say that the queue was restored by other means, or let a restored queue go on.",
        subcommands = {QueueRestoredCommand.Mark.class, QueueRestoredCommand.Approve.class})
final class QueueRestoredCommand extends CommandGroup {
    @Command(
            name = "mark",
            header = "Hold all tasks, because the database was restored to an earlier time.",
            description = "%nStop all workers and runs first.")
    static final class Mark extends QueueCommand {
        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store) {
            int held = store.operations().markRestored(by.actor());
            out().println(DisplayText.count(held, "task") + " held. See 'brain tasks list --status held' and 'brain"
                    + " incidents list', then run 'brain queue restored approve'.");
            return DONE;
        }
    }

    @Command(name = "approve", header = "Let the tasks of a restored queue go on, and its sites claim again.")
    static final class Approve extends QueueCommand {
        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store) {
            int approved = store.operations().approveRestored(by.actor());
            out().println(DisplayText.count(approved, "task") + " go on, and the sites claim again.");
            return DONE;
        }
    }
}
