package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import dev.brain.queue.Store.Options.Access;
import dev.brain.store.StoreCopy;
import dev.brain.store.StoreCopy.Copied;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brain queue copy} */
@Command(
        name = "copy",
        header = "Copy tasks, incidents and sites to another store.",
        description =
                "%nStop all workers and runs first. The target must be empty, or filled by an earlier copy of the same"
                        + " source. A copy that was interrupted can be repeated.",
        footer = {
            "",
            "Example:",
            "  brain queue copy --from jdbc:sqlite:db/xaloc_database.db --to jdbc:postgresql://db.example/brain"
        })
final class QueueCopyCommand extends BrainCommand {
    @Option(names = "--from", paramLabel = "URL", required = true, description = "The URL of the store to copy.")
    private String from = "";

    @Option(
            names = "--to",
            paramLabel = "URL",
            required = true,
            description = "The URL of the store to fill. It is created if there is none.")
    private String to = "";

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    protected int run() {
        if (from.equals(to)) {
            throw new ConfigurationException("--from and --to name the same store; name two");
        }
        // looks at the tasks of other programs in the store itself; opened for reading, it would do so in each private
        // copy
        QueueOptions.open(from, Access.EXISTING, environment()).close();
        Progress progress = Progress.on(err(), launcher().context());
        List<Copied> copied;
        try (Store target = QueueOptions.open(to, Access.CREATE, environment())) {
            copied = StoreCopy.run(
                    () -> QueueOptions.open(from, Access.READ_ONLY, environment()),
                    target,
                    (what, done, all) -> progress.show(what + ": " + done + " of " + all));
        } finally {
            progress.show("");
        }
        print(copied);
        return DONE;
    }

    private void print(List<Copied> copied) {
        if (json.isSet()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            copied.forEach(each -> object.putObject(each.what().replace(' ', '_'))
                    .put("rows", each.rows())
                    .put("added", each.added()));
            JsonOption.print(out(), object);
            return;
        }
        Table table = Table.of("COPIED", "ROWS", "ADDED NOW");
        copied.forEach(each -> table.row(each.what(), each.rows(), each.added()));
        table.print(out());
        out().println();
        out().println("The stores are equal. Set BRAIN_QUEUE_URL to the new one, and do not use the old one any more.");
    }
}
