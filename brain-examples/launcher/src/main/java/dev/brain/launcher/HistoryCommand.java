package dev.brain.launcher;

import dev.brain.history.History.Entry;
import dev.brain.history.History.Filter;
import dev.brain.queue.Store;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brain history} */
@Command(
        name = "history",
        header = "Show what happened to tasks, sites and incidents, and who did it; newest first.",
        footer = {"", "Examples:", "  brain history --site madrid --since 2d", "  brain history --actor anna"})
final class HistoryCommand extends QueueCommand implements ReadOnlyCommand {
    @Mixin
    private final ListOptions options = new ListOptions(50);

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            description = "Show only what this person, worker, run or program did.")
    private @Nullable String actor;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Show only changes from this time on, " + TimeConverter.FORMS + ".")
    private @Nullable Instant since;

    @Option(names = "--before", paramLabel = "N", description = "Continue a list below the change with this number.")
    private @Nullable Long before;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    int run(Store store) {
        List<Entry> entries =
                store.history().list(new Filter(options.siteIds(), null, null, actor, since, before, options.limit()));
        if (json.isSet()) {
            JsonOption.print(out(), HistoryPrinter.json(entries));
        } else if (entries.isEmpty()) {
            out().println("No changes match.");
        } else {
            HistoryPrinter.table(entries, out());
            if (entries.size() == options.limit()) {
                out().println();
                out().println("These are the newest " + options.limit() + "; --before "
                        + entries.get(entries.size() - 1).id() + " continues the list.");
            }
        }
        return DONE;
    }
}
