package dev.brain.launcher;

import dev.brain.queue.Store;
import dev.brain.queue.TaskOperations.Pruning;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brain tasks prune} */
@Command(
        name = "prune",
        header = "Delete payloads and other personal data of tasks that ended long ago.",
        description = "%nKeeps what is needed to recognise their resources, so that none is queued twice."
                + " Failed and cancelled tasks with an open incident are not pruned.",
        footer = {"", "Example:", "  brain tasks prune --older-than 30d"})
final class TaskPruneCommand extends QueueCommand {
    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            required = true,
            converter = TimeConverter.class,
            description = "The minimum time since the task ended, in days (30d) or hours (12h), or a date.")
    private Instant olderThan = Instant.EPOCH;

    @Mixin
    private final ActorOption by = new ActorOption();

    @Override
    int run(Store store) {
        Pruning pruning = store.operations().prune(by.actor(), olderThan);
        out().println("Pruned " + DisplayText.count(pruning.pruned(), "task") + ".");
        if (pruning.kept() > 0) {
            out().println("Kept " + DisplayText.count(pruning.kept(), "failed or cancelled task")
                    + " with an open incident; see 'brain incidents list'.");
        }
        return DONE;
    }
}
