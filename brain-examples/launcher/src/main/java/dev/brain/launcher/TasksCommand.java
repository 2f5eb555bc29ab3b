package dev.brain.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.QueueState;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.sqlite.SqliteStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code brain tasks} */
@Command(
        name = "tasks",
        header = "Look at the queue's tasks, and change them.",
        footer = {"", "Examples:", "  brain tasks list --status failed", "  brain tasks show 12"},
        subcommands = {
            TasksCommand.ListTasks.class,
            TasksCommand.Show.class,
            TasksCommand.Stats.class,
            TasksCommand.Retry.class,
            TasksCommand.Cancel.class,
            TasksCommand.Release.class,
            TasksCommand.Unblock.class,
            TasksCommand.Prune.class
        })
final class TasksCommand extends CommandGroup {
    private static Task find(SqliteStore store, long id) {
        return store.find(id)
                .orElseThrow(() -> new ConfigurationException("there is no task " + id + "; see 'brain tasks list'"));
    }

    /** A command on one task. */
    abstract static class OnTask extends QueueCommand {
        @Parameters(paramLabel = "ID", description = "The task's number.")
        private long id;

        abstract int run(SqliteStore store, Task task);

        /** For what concerns the task's resource in the system of record. */
        BrainSession session(SqliteStore store, Task task) {
            return openSession(
                    environment(),
                    store,
                    List.of(SiteChoice.one(store.sites().sites(), task.siteId())),
                    builder -> builder);
        }

        @Override
        final int run(SqliteStore store) {
            return run(store, find(store, id));
        }
    }

    @Command(
            name = "list",
            header = "List tasks, the newest first.",
            footer = {"", "Example:", "  brain tasks list --status failed --site madrid"})
    static final class ListTasks extends QueueCommand {
        @Option(names = "--site", paramLabel = "ID", description = "Only of this site; may be repeated (default: all).")
        private final List<String> siteIds = new ArrayList<>();

        @Option(
                names = "--status",
                paramLabel = "STATUS",
                description =
                        "Only of this status; may be repeated (default: all). One of claiming, pending, scheduled,"
                                + " processing, completed, failed, cancelled, and other for whatever else another program"
                                + " wrote.")
        private final List<String> statuses = new ArrayList<>();

        @Option(names = "--limit", paramLabel = "N", description = "So many at the most (default: ${DEFAULT-VALUE}).")
        private int limit = 20;

        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        boolean onlyLooks() {
            return true;
        }

        @Override
        int run(SqliteStore store) {
            List<Task> tasks = store.list(new TaskFilter(new HashSet<>(siteIds), statuses(), null, atLeastOne(limit)));
            if (json.isSet()) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                ArrayNode array = object.putArray("tasks");
                tasks.forEach(task -> array.add(TaskPrinter.json(task)));
                JsonOption.print(out(), object);
            } else if (tasks.isEmpty()) {
                out().println("No such tasks.");
            } else {
                TaskPrinter.table(tasks, out());
                if (tasks.size() == limit) {
                    out().println();
                    out().println("These are the newest " + limit + "; --limit shows more.");
                }
            }
            return DONE;
        }

        private int atLeastOne(int number) {
            if (number < 1) {
                throw new ParameterException(spec().commandLine(), "--limit must be at least 1, not " + number);
            }
            return number;
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

    @Command(name = "show", header = "Show all that is known of one task.")
    static final class Show extends OnTask {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        boolean onlyLooks() {
            return true;
        }

        @Override
        int run(SqliteStore store, Task task) {
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

    @Command(name = "stats", header = "Count the tasks by site and status.")
    static final class Stats extends QueueCommand {
        private static final List<String> KNOWN = Arrays.stream(TaskStatus.values())
                .filter(status -> status != TaskStatus.OTHER)
                .map(TaskStatus::code)
                .toList();

        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        boolean onlyLooks() {
            return true;
        }

        @Override
        int run(SqliteStore store) {
            Map<String, Map<String, Long>> counts = store.counts();
            if (json.isSet()) {
                JsonOption.print(out(), object(counts));
            } else if (counts.isEmpty()) {
                out().println("No tasks.");
            } else {
                List<String> statuses = new ArrayList<>(KNOWN);
                statuses.addAll(others(counts.values()));
                List<String> titles = new ArrayList<>(List.of("SITE"));
                statuses.forEach(status -> titles.add(
                        KNOWN.contains(status) ? status.toUpperCase(Locale.ROOT) : DisplayText.status(status)));
                Table table = Table.of(titles.toArray(String[]::new));
                counts.forEach((site, byStatus) -> {
                    List<Object> cells = new ArrayList<>(List.of(site));
                    statuses.forEach(status -> cells.add(byStatus.getOrDefault(status, 0L)));
                    table.row(cells.toArray());
                });
                table.print(out());
                out().println();
                out().println(DisplayText.count(total(counts), "task") + " of "
                        + DisplayText.count(counts.size(), "site"));
                store.siteStates()
                        .forEach(state -> out().println(state.siteId()
                                + (state.paused()
                                        ? " is paused; 'brain sites resume " + state.siteId() + "' lets workers go on"
                                        : " has failed " + DisplayText.count(state.failures(), "time") + " in a row")));
            }
            return DONE;
        }

        private static ObjectNode object(Map<String, Map<String, Long>> counts) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ArrayNode sites = object.putArray("sites");
            counts.forEach((site, byStatus) -> {
                ObjectNode row = sites.addObject().put("site_id", site);
                KNOWN.forEach(status -> row.put(status, byStatus.getOrDefault(status, 0L)));
                Set<String> others = others(List.of(byStatus));
                if (!others.isEmpty()) {
                    ObjectNode other = row.putObject(TaskStatus.OTHER.code());
                    others.forEach(status -> other.put(status, byStatus.get(status)));
                }
            });
            return object.put("total", total(counts));
        }

        /** The statuses that another program wrote and that are none of this queue's. */
        private static Set<String> others(Collection<Map<String, Long>> counts) {
            Set<String> others = new TreeSet<>();
            counts.forEach(byStatus -> others.addAll(byStatus.keySet()));
            KNOWN.forEach(others::remove);
            return others;
        }

        private static long total(Map<String, Map<String, Long>> counts) {
            return counts.values().stream()
                    .flatMap(byStatus -> byStatus.values().stream())
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    @Command(
            name = "retry",
            header = "Make a failed or cancelled task pending again.",
            description = "%nThe task's resource must still be claimed. The incident of its failure is closed.")
    static final class Retry extends OnTask {
        @Mixin
        private final NotSubmittedOption notSubmitted = new NotSubmittedOption();

        @Override
        int run(SqliteStore store, Task task) {
            notSubmitted.require(task);
            if (!retry(store, task)) {
                throw new BrainException("task " + task.id() + " is " + DisplayText.status(task.statusText())
                        + (task.status() == TaskStatus.FAILED || task.status() == TaskStatus.CANCELLED
                                ? ", but its resource has another task that isn't ended, or a later one that is completed or may"
                                        + " have been submitted; see 'brain tasks list'"
                                : "; only a failed or cancelled task can be retried"));
            }
            out().println("Task " + task.id() + " is pending again.");
            return DONE;
        }

        private boolean retry(SqliteStore store, Task task) {
            if (task.claimant() == null) {
                // another program's: neither its site nor its claim need be known here
                return store.retry(task.id(), notSubmitted.isSet());
            }
            try (BrainSession session = session(store, task)) {
                return session.brain().retry(task.id(), notSubmitted.isSet());
            }
        }
    }

    @Command(
            name = "cancel",
            header = "Cancel a task that waits.",
            description = "%nIts resource stays claimed, and is not queued again before 'tasks unblock'.")
    static final class Cancel extends OnTask {
        @Override
        int run(SqliteStore store, Task task) {
            if (!store.cancel(task.id())) {
                throw new BrainException("task " + task.id() + " is " + DisplayText.status(task.statusText())
                        + "; only a pending or scheduled task can be cancelled");
            }
            out().println("Task " + task.id() + " is cancelled; its resource stays claimed ('brain tasks release "
                    + task.id() + "' gives it back).");
            return DONE;
        }
    }

    @Command(
            name = "release",
            header = "Give a task's resource back to the system of record.",
            description =
                    "%nA task that waits is cancelled first. The resource is not queued again before 'tasks unblock'.")
    static final class Release extends OnTask {
        @Mixin
        private final NotSubmittedOption notSubmitted = new NotSubmittedOption();

        @Override
        int run(SqliteStore store, Task task) {
            notSubmitted.require(task);
            try (BrainSession session = session(store, task)) {
                boolean released = session.brain().release(task.id(), notSubmitted.isSet());
                out().println("Resource " + task.resourceId() + " of task " + task.id()
                        + (released ? " was given back." : " was not ours any more; nothing to give back."));
                return DONE;
            }
        }
    }

    @Command(
            name = "unblock",
            header = "Let a resource be queued again whose task failed or was cancelled.",
            footer = {"", "Example:", "  brain tasks unblock madrid 89157"})
    static final class Unblock extends QueueCommand {
        @Parameters(index = "0", paramLabel = "SITE", description = "The site's id.")
        private String siteId = "";

        @Parameters(index = "1", paramLabel = "RESOURCE", description = "The resource's id.")
        private String resource = "";

        @Mixin
        private final NotSubmittedOption notSubmitted = new NotSubmittedOption();

        @Override
        int run(SqliteStore store) {
            SiteChoice.one(store.sites().sites(), siteId);
            ResourceId resourceId = blocked(store);
            if (!store.unblock(siteId, resourceId, notSubmitted.isSet())) {
                if (store.standings(siteId, List.of(resourceId)).containsValue(QueueState.BLOCKED)) {
                    store.list(new TaskFilter(Set.of(siteId), Set.of(TaskStatus.FAILED), resourceId, 1_000))
                            .forEach(notSubmitted::require);
                }
                throw new BrainException("nothing blocks the resource " + resource + " of the site " + siteId);
            }
            out().println("Resource " + resource + " of " + siteId + " may be queued again.");
            return DONE;
        }

        /** A database pads the ids of a column with a fixed width, and nobody types blanks. */
        private ResourceId blocked(SqliteStore store) {
            ResourceId typed = ResourceId.of(resource);
            if (store.standings(siteId, List.of(typed)).containsValue(QueueState.BLOCKED)) {
                return typed;
            }
            Set<TaskStatus> ended = Set.of(TaskStatus.FAILED, TaskStatus.CANCELLED);
            List<ResourceId> alike = store.list(new TaskFilter(Set.of(siteId), ended, null, Integer.MAX_VALUE)).stream()
                    .map(Task::resourceId)
                    .filter(Objects::nonNull)
                    .filter(id -> id.value().strip().equals(resource.strip()))
                    .distinct()
                    .toList();
            List<ResourceId> blocked = store.standings(siteId, alike).entrySet().stream()
                    .filter(entry -> entry.getValue() == QueueState.BLOCKED)
                    .map(Map.Entry::getKey)
                    .toList();
            return blocked.size() == 1 ? blocked.get(0) : typed;
        }
    }

    @Command(
            name = "prune",
            header = "Take payloads and other personal data from tasks that ended long ago.",
            description = "%nWhat is needed to recognise their resources stays, so none is queued twice.",
            footer = {"", "Example:", "  brain tasks prune --older-than 30d"})
    static final class Prune extends QueueCommand {
        private static final Pattern AGE = Pattern.compile("(\\d{1,6})([dh])");

        @Option(
                names = "--older-than",
                paramLabel = "AGE",
                required = true,
                description = "How long ago they ended: days, as 30d, or hours, as 12h.")
        private String olderThan = "";

        @Override
        int run(SqliteStore store) {
            Matcher age = AGE.matcher(olderThan);
            if (!age.matches()) {
                throw new ParameterException(
                        spec().commandLine(), "--older-than is like 30d or 12h, not '" + olderThan + "'");
            }
            long number = Long.parseLong(age.group(1));
            Duration duration = age.group(2).equals("d") ? Duration.ofDays(number) : Duration.ofHours(number);
            int pruned = store.prune(Instant.now().minus(duration));
            out().println("Pruned " + DisplayText.count(pruned, "task") + ".");
            return DONE;
        }
    }
}
