package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code brain tasks list} */
@Command(
        name = "list",
        header = "List the tasks, newest first.",
        footer = {"", "Example:", "  brain tasks list --status failed --site madrid"})
final class TaskListCommand extends QueueCommand implements ReadOnlyCommand {
    @Mixin
    private final ListOptions options = new ListOptions(20);

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Show only this status; may be repeated (default: all). One of claiming, held, pending,"
                    + " scheduled, processing, completed, failed, cancelled, and other for whatever else another program"
                    + " wrote.")
    private final List<String> statuses = new ArrayList<>();

    @Option(names = "--reference", paramLabel = "NUMBER", description = "Show only cases with this reference.")
    private @Nullable String reference;

    @Option(names = "--resource", paramLabel = "ID", description = "Show only this resource.")
    private @Nullable String resource;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description =
                    "Show only tasks that contain this text, also in their payload and failure. Reads every task.")
    private @Nullable String text;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Show only tasks queued from this time on, " + TimeConverter.FORMS + ".")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Show only tasks queued before this time.")
    private @Nullable Instant until;

    @Option(
            names = "--by-deadline",
            description = "Begin with the earliest deadline instead of the newest task; tasks without one come last.")
    private boolean byDeadline;

    @Option(names = "--after", paramLabel = "TASK", description = "Continue a list below the task with this number.")
    private @Nullable Long after;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    int run(Store store) {
        List<Task> tasks = store.operations()
                .list(new TaskFilter(
                        options.siteIds(),
                        statuses(),
                        resource == null ? null : ResourceId.of(resource),
                        reference,
                        text,
                        since,
                        until,
                        after,
                        byDeadline ? TaskFilter.Order.DEADLINE : TaskFilter.Order.NEWEST,
                        options.limit()));
        if (json.isSet()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ArrayNode array = object.putArray("tasks");
            tasks.forEach(task -> array.add(TaskPrinter.json(task)));
            JsonOption.print(out(), object);
        } else if (tasks.isEmpty()) {
            out().println("No tasks match.");
        } else {
            TaskPrinter.table(tasks, out());
            if (tasks.size() == options.limit()) {
                out().println();
                out().println("These are the " + (byDeadline ? "most urgent " : "newest ") + options.limit()
                        + "; --limit shows more, --after "
                        + tasks.get(tasks.size() - 1).id() + " continues the list.");
            }
        }
        return DONE;
    }

    private Set<TaskStatus> statuses() {
        Set<TaskStatus> set = EnumSet.noneOf(TaskStatus.class);
        for (String status : statuses) {
            try {
                set.add(TaskStatus.ofCode(status));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        spec().commandLine(),
                        "--status '" + status + "' is none of "
                                + Arrays.stream(TaskStatus.values())
                                        .map(TaskStatus::code)
                                        .collect(Collectors.joining(", ")),
                        e);
            }
        }
        return set;
    }
}
