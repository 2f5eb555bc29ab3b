package dev.brain.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Filter;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain tasks} */
@Command(
        name = "tasks",
        header = "List the tasks of the queue, and change them.",
        footer = {"", "Examples:", "  brain tasks list --status failed", "  brain tasks show 12"},
        subcommands = {
            TaskListCommand.class,
            TasksCommand.Show.class,
            TasksCommand.HistoryOfTask.class,
            TaskStatsCommand.class,
            TasksCommand.Retry.class,
            TasksCommand.Approve.class,
            TasksCommand.Hold.class,
            TasksCommand.Cancel.class,
            TasksCommand.Release.class,
            TasksCommand.Unblock.class,
            TaskPruneCommand.class
        })
final class TasksCommand extends CommandGroup {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    /** Finds a task by its number, or the newest task of a reference. */
    private static Task find(Store store, String task) {
        Optional<Task> found =
                NUMBER.matcher(task).matches() ? store.operations().find(Long.parseLong(task)) : Optional.empty();
        return found.or(() -> store.operations().list(TaskFilter.ofReference(task, 1)).stream()
                        .findFirst())
                .orElseThrow(() -> new ConfigurationException("there is no task " + task + "; see 'brain tasks list'"));
    }

    /** A command on one task. */
    abstract static class OnTask extends QueueCommand {
        @Parameters(
                paramLabel = "TASK",
                description = "The task's number, or a reference, which means the newest task with that reference.")
        private String id = "";

        abstract int run(Store store, Task task);

        /** Opens a session for changes to the task's resource in the system of record. */
        BrainSession session(Store store, Task task) {
            return openSession(
                    environment(),
                    store,
                    List.of(SiteChoice.one(store.sites().sites(), task.siteId())),
                    builder -> builder);
        }

        @Override
        final int run(Store store) {
            return run(store, find(store, id));
        }
    }

    @Command(name = "show", header = "Show everything about one task.")
    static final class Show extends OnTask implements ReadOnlyCommand {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        int run(Store store, Task task) {
            ObjectNode object = TaskPrinter.json(task);
            if (json.isSet()) {
                JsonOption.print(out(), object);
                return DONE;
            }
            Table table = Table.untitled(2);
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                JsonNode value = field.getValue();
                if (!value.isNull() && !value.isObject()) {
                    table.row(
                            field.getKey(),
                            field.getKey().endsWith("_at")
                                    ? DisplayText.time(Instant.parse(value.asText()))
                                    : value.asText());
                }
            }
            table.print(out());
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (field.getValue().isObject()) {
                    out().println((Object)
                            (field.getKey() + " " + field.getValue().toPrettyString()));
                }
            }
            return DONE;
        }
    }

    @Command(name = "history", header = "Show what happened to one task, and who did it; oldest first.")
    static final class HistoryOfTask extends OnTask implements ReadOnlyCommand {
        /** More than a task ever has, unless it is repeated without end; the newest entries then suffice. */
        private static final int MOST = 10_000;

        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        int run(Store store, Task task) {
            List<Entry> entries = new ArrayList<>(store.history().list(Filter.ofTask(task.id(), MOST)));
            Collections.reverse(entries);
            if (json.isSet()) {
                JsonOption.print(out(), HistoryPrinter.json(entries));
            } else if (entries.isEmpty()) {
                out().println("Nothing is recorded for task " + task.id() + ": an earlier version worked on it.");
            } else {
                HistoryPrinter.table(entries, out());
            }
            return DONE;
        }
    }

    @Command(
            name = "retry",
            header = "Make a failed or cancelled task pending again.",
            description = "%nThe task's resource must still be claimed. The incident of its failure is closed.")
    static final class Retry extends OnTask {
        @Mixin
        private final NotSubmittedOption notSubmitted = new NotSubmittedOption();

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Task task) {
            notSubmitted.require(task);
            if (task.isPruned() && task.claimant() == null) {
                throw new ConfigurationException(
                        "task " + task.id() + " was pruned, so its payload is deleted; it can't be retried");
            }
            if (!retry(store, task)) {
                throw new BrainException("task " + task.id() + " is " + DisplayText.status(task.statusText())
                        + (task.status() == TaskStatus.FAILED || task.status() == TaskStatus.CANCELLED
                                ? ", but its resource has another task that isn't ended, or a later one that is completed or may"
                                        + " have been submitted; see 'brain tasks list'"
                                : "; only a failed or cancelled task can be retried"));
            }
            boolean held = find(store, String.valueOf(task.id())).status() == TaskStatus.HELD;
            out().println("Task " + task.id()
                    + (held
                            ? " is held again; 'brain tasks approve " + task.id() + "' lets it go on."
                            : " is pending again."));
            return DONE;
        }

        private boolean retry(Store store, Task task) {
            if (task.claimant() == null) {
                // Another program's task: its site and its claim may be unknown here.
                return store.operations().retry(by.actor(), task.id(), notSubmitted.isSet());
            }
            try (BrainSession session = session(store, task)) {
                return session.brain().operations().retry(by.actor(), task.id(), notSubmitted.isSet());
            }
        }
    }

    @Command(
            name = "approve",
            header = "Let held tasks go on.",
            description = "%nWorkers take them then.",
            footer = {"", "Example:", "  brain tasks approve 12 13 --note 'checked the amount'"})
    static final class Approve extends QueueCommand {
        @Parameters(arity = "1..*", paramLabel = "TASK", description = "The tasks' numbers, or references of cases.")
        private List<String> ids = List.of();

        @Option(names = "--note", paramLabel = "TEXT", description = "What the history should say about it.")
        private @Nullable String note;

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store) {
            // a number that is mistyped should not leave half of the tasks approved
            List<Task> tasks = ids.stream().map(id -> find(store, id)).toList();
            int status = DONE;
            for (Task task : tasks) {
                if (store.operations().approve(by.actor(), task.id(), note)) {
                    out().println("Task " + task.id() + " is approved.");
                } else {
                    ErrorLine.print(
                            err(),
                            "task " + task.id() + " is " + DisplayText.status(task.statusText())
                                    + "; only a held task can be approved");
                    status = FAILED;
                }
            }
            return status;
        }
    }

    @Command(
            name = "hold",
            header = "Make a pending or scheduled task wait for an approval.",
            description = "%nNo worker takes it before 'tasks approve'.",
            footer = {"", "Example:", "  brain tasks hold 12 --reason 'the client called'"})
    static final class Hold extends OnTask {
        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "Why, for the lists and the history (default: ${DEFAULT-VALUE}).")
        private String reason = "held by hand";

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Task task) {
            if (!store.operations().hold(by.actor(), task.id(), reason)) {
                throw new BrainException("task " + task.id() + " is " + DisplayText.status(task.statusText())
                        + "; only a pending or scheduled task can be held");
            }
            out().println("Task " + task.id() + " is held; 'brain tasks approve " + task.id() + "' lets it go on.");
            return DONE;
        }
    }

    @Command(
            name = "cancel",
            header = "Cancel a held, pending or scheduled task.",
            description = "%nIts resource stays claimed, and is not queued again before 'tasks unblock'.")
    static final class Cancel extends OnTask {
        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Task task) {
            if (!store.operations().cancel(by.actor(), task.id())) {
                throw new BrainException("task " + task.id() + " is " + DisplayText.status(task.statusText())
                        + "; only a held, pending or scheduled task can be cancelled");
            }
            out().println("Task " + task.id() + " is cancelled; its resource stays claimed ('brain tasks release "
                    + task.id() + "' releases it).");
            return DONE;
        }
    }

    @Command(
            name = "release",
            header = "Release a task's resource in the system of record.",
            description =
                    "%nA held, pending or scheduled task is cancelled first. The resource is not queued again before 'tasks unblock'.")
    static final class Release extends OnTask {
        @Mixin
        private final NotSubmittedOption notSubmitted = new NotSubmittedOption();

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Task task) {
            notSubmitted.require(task);
            try (BrainSession session = session(store, task)) {
                boolean released = session.brain().operations().release(by.actor(), task.id(), notSubmitted.isSet());
                out().println("Resource " + task.resourceId() + " of task " + task.id()
                        + (released ? " was released." : " no longer belonged to the claimant; nothing was released."));
                return DONE;
            }
        }
    }

    @Command(
            name = "unblock",
            header = "Allow a resource to be queued again after its task failed or was cancelled.",
            footer = {"", "Example:", "  brain tasks unblock madrid 89157"})
    static final class Unblock extends QueueCommand {
        @Parameters(index = "0", paramLabel = "SITE", description = "The site's id.")
        private String siteId = "";

        @Parameters(index = "1", paramLabel = "RESOURCE", description = "The resource's id.")
        private String resource = "";

        @Mixin
        private final NotSubmittedOption notSubmitted = new NotSubmittedOption();

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store) {
            SiteChoice.one(store.sites().sites(), siteId);
            ResourceId resourceId = blocked(store);
            if (!store.operations().unblock(by.actor(), siteId, resourceId, notSubmitted.isSet())) {
                if (store.queue().standings(siteId, List.of(resourceId)).containsValue(QueueState.BLOCKED)) {
                    store.operations()
                            .list(new TaskFilter(Set.of(siteId), Set.of(TaskStatus.FAILED), resourceId, 1_000))
                            .forEach(notSubmitted::require);
                    throw new BrainException("a task of the resource " + resource
                            + " was submitted, and its receipt is stored; if the case may be filed again, repeat the command with"
                            + " --not-submitted");
                }
                throw new BrainException("nothing blocks the resource " + resource + " of the site " + siteId);
            }
            out().println("Resource " + resource + " of " + siteId + " may be queued again.");
            return DONE;
        }

        /** Returns the id of the blocked resource, also if it was typed without the blanks of a fixed-width column. */
        private ResourceId blocked(Store store) {
            ResourceId typed = ResourceId.of(resource);
            if (store.queue().standings(siteId, List.of(typed)).containsValue(QueueState.BLOCKED)) {
                return typed;
            }
            Set<TaskStatus> ended = Set.of(TaskStatus.FAILED, TaskStatus.CANCELLED);
            List<ResourceId> alike =
                    store.operations().list(new TaskFilter(Set.of(siteId), ended, null, Integer.MAX_VALUE)).stream()
                            .map(Task::resourceId)
                            .filter(Objects::nonNull)
                            .filter(id -> id.value().strip().equals(resource.strip()))
                            .distinct()
                            .toList();
            List<ResourceId> blocked = store.queue().standings(siteId, alike).entrySet().stream()
                    .filter(entry -> entry.getValue() == QueueState.BLOCKED)
                    .map(Map.Entry::getKey)
                    .toList();
            return blocked.size() == 1 ? blocked.get(0) : typed;
        }
    }
}
