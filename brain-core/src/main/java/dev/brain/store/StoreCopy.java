package dev.brain.store;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.queue.Store;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies the rows of one store to another, whatever their engines are. Tasks keep their numbers and lease tokens. Rows are
 * copied in batches, each in a transaction, so that a copy that was interrupted can be repeated.
 */
public final class StoreCopy {
    private static final int BATCH = 200;

    private static final List<Part> PARTS = List.of(
            new Part("tasks", Tables.QUEUE, List.of("id")),
            new Part("incidents", Tables.INCIDENTS, List.of("id")),
            new Part("site states", Tables.SITE_STATES, List.of("site_id")),
            new Part("task starts", Tables.TASK_STARTS, List.of("site_id", "started_at", "task_id")),
            new Part("steps", Tables.STEPS, List.of("task_id", "name")),
            new Part("changes", Tables.HISTORY, List.of("id")),
            new Part("notifications", Tables.NOTIFICATIONS, List.of("id")),
            new Part("sites", Tables.SITES, List.of("id")));

    private final RelationalTaskQueue source;
    private final RelationalTaskQueue target;
    private final StoreDialect dialect;

    private StoreCopy(Store source, Store target) {
        this.source = relational(source, "source");
        this.target = relational(target, "target");
        this.dialect = this.target.transactions().dialect();
    }

    /**
     * The rows of one kind after a copy.
     *
     * @param what the kind: "tasks"
     * @param rows how many the source and the target have
     * @param added how many were added now; the others were there from an earlier copy
     */
    public record Copied(String what, long rows, long added) {}

    /** Learns how far a copy is, after each batch. */
    @FunctionalInterface
    public interface Listener {
        void progressed(String what, long done, long all);
    }

    /**
     * A table.
     *
     * @param key the columns that tell its rows apart and give their order
     */
    private record Part(String what, Tables.Table table, List<String> key) {
        List<String> columns() {
            return List.copyOf(table.types().keySet());
        }

        String select() {
            return "SELECT " + String.join(", ", columns()) + " FROM \"" + table.name() + "\"";
        }

        boolean hasIds() {
            return key.equals(List.of("id"));
        }
    }

    /**
     * A row.
     *
     * @param key in the types of its own store
     * @param values as they are bound in the target
     */
    private record Line(List<Object> key, List<@Nullable Object> values) {}

    /**
     * Copies all tasks, incidents, states of sites and sites. Rows that an earlier copy has added are kept. Afterwards compares
     * every row of the target with the source, which is opened anew for this; of starts of tasks only their number.
     *
     * @param source opens the store to copy, which is only read
     * @throws UnavailableException if a run uses one of the stores, or a worker has a task of it
     * @throws ConfigurationException if the target has rows that the source does not have; nothing was changed then
     * @throws BrainException if the source has changed meanwhile
     */
    public static List<Copied> run(Supplier<? extends Store> source, Store target, Listener listener) {
        List<Copied> copied = new ArrayList<>();
        try (Store opened = source.get()) {
            StoreCopy copy = new StoreCopy(opened, target);
            copy.requireUnused();
            copy.difference().ifPresent(other -> {
                throw new ConfigurationException("the target has other " + other
                        + " that the source does not have; name an empty target, or one that an earlier copy of this source"
                        + " filled and nobody has used");
            });
            PARTS.forEach(part -> copied.add(copy.copy(part, listener)));
        }
        try (Store opened = source.get()) {
            StoreCopy copy = new StoreCopy(opened, target);
            copy.requireUnused();
            copy.difference().or(() -> copy.missing(copied)).ifPresent(difference -> {
                throw new BrainException(
                        "the copy differs from the source in its " + difference
                                + ": one of them was used meanwhile; stop everything that uses them, empty the target, and copy again");
            });
        }
        return copied;
    }

    private static RelationalTaskQueue relational(Store store, String role) {
        if (store.queue() instanceof RelationalTaskQueue queue) {
            return queue;
        }
        throw new ConfigurationException("the " + role + " is no SQL database, so it can't be copied");
    }

    private void requireUnused() {
        for (RelationalTaskQueue queue : List.of(source, target)) {
            String role = queue == source ? "source" : "target";
            queue.transactions()
                    .<Optional<String>>read("look for workers and runs", sql -> user(sql, queue))
                    .ifPresent(user -> {
                        throw new UnavailableException(
                                "the " + role + " is in use: " + user
                                        + "; stop all workers, runs and other programs that use it, and try again when they have ended");
                    });
        }
    }

    /** Returns who uses a store besides this process: a run, or a worker that has a task. */
    static Optional<String> user(Sql sql, RelationalTaskQueue queue) throws SQLException {
        Instant now = queue.now();
        Optional<String> listed = sql.dialect().livingRuns();
        List<String> runs = new ArrayList<>(listed.isEmpty() ? List.of() : sql.texts(listed.get()));
        runs.remove(queue.run().name());
        Runs.Others others = queue.run().others(sql, now);
        sql.query("SELECT run, reserved_at FROM \"$queue\" WHERE status = 'claiming'", row -> {
            String run = row.text("run");
            Instant reservedAt = row.time("reserved_at");
            return run != null
                    && others.areAlive(run, reservedAt == null ? Instant.EPOCH : reservedAt)
                    && runs.add(run);
        });
        if (!runs.isEmpty()) {
            return Optional.of("the run " + runs.get(0) + " is alive");
        }
        return sql.first(
                "SELECT id, lease_owner FROM \"$queue\" WHERE status = 'processing'"
                        + " AND (lease_until IS NULL OR lease_until > ?) ORDER BY id",
                row -> "task " + row.number("id") + " is in work at "
                        + Objects.requireNonNullElse(row.text("lease_owner"), "another program's worker"),
                now);
    }

    private Copied copy(Part part, Listener listener) {
        long all = count(source, part);
        long done = 0;
        long added = 0;
        List<Line> lines = page(source, part, null);
        while (!lines.isEmpty()) {
            added += insert(part, lines);
            done += lines.size();
            listener.progressed(part.what(), done, all);
            lines = page(source, part, lines.get(lines.size() - 1));
        }
        return new Copied(part.what(), done, added);
    }

    private int insert(Part part, List<Line> lines) {
        String row = "(" + String.join(", ", Collections.nCopies(part.columns().size(), "?")) + ")";
        String statement =
                "INSERT INTO \"" + part.table().name() + "\" (" + String.join(", ", part.columns()) + ") VALUES "
                        + String.join(", ", Collections.nCopies(lines.size(), row)) + " ON CONFLICT ("
                        + String.join(", ", part.key()) + ") DO NOTHING";
        @Nullable
        Object[] values = lines.stream().flatMap(line -> line.values().stream()).toArray();
        return target.transactions().write("copy " + part.what(), sql -> {
            int added = sql.update(statement, values);
            Optional<String> higher =
                    part.hasIds() ? dialect.skipIds(part.table().name()) : Optional.empty();
            if (higher.isPresent()) {
                sql.value(higher.get());
            }
            return added;
        });
    }

    /** Returns the first kind of rows of the target that the source does not have, or has with other values. */
    private Optional<String> difference() {
        return PARTS.stream()
                .filter(part -> part.key().size() == 1)
                .flatMap(part -> difference(part).stream())
                .findFirst();
    }

    private Optional<String> difference(Part part) {
        List<Line> lines = page(target, part, null);
        while (!lines.isEmpty()) {
            Map<Object, Line> same =
                    find(part, lines.stream().map(line -> line.key().get(0)).toList());
            for (Line line : lines) {
                Object key = line.key().get(0);
                Line other = same.get(key);
                if (other == null || !other.values().equals(line.values())) {
                    return Optional.of(part.what() + " (" + part.key().get(0) + " " + key + ")");
                }
            }
            lines = page(target, part, lines.get(lines.size() - 1));
        }
        return Optional.empty();
    }

    private Optional<String> missing(List<Copied> copied) {
        return Stream.of(source, target)
                .flatMap(queue -> PARTS.stream()
                        .filter(part -> count(queue, part)
                                != copied.get(PARTS.indexOf(part)).rows()))
                .map(part -> "number of " + part.what())
                .findFirst();
    }

    private static long count(RelationalTaskQueue queue, Part part) {
        return queue.transactions()
                .<Long>read(
                        "count " + part.what(),
                        sql -> sql.first(
                                        "SELECT count(*) AS rows_there FROM \""
                                                + part.table().name() + "\"",
                                        row -> row.number("rows_there"))
                                .orElseThrow());
    }

    /** Returns the rows after that one in the order of their keys; the first ones after null. */
    private List<Line> page(RelationalTaskQueue queue, Part part, @Nullable Line last) {
        String key = String.join(", ", part.key());
        String after = last == null
                ? ""
                : " WHERE (" + key + ") > ("
                        + String.join(", ", Collections.nCopies(part.key().size(), "?")) + ")";
        Object[] values = last == null ? new Object[0] : last.key().toArray();
        return queue.transactions()
                .read(
                        "read " + part.what(),
                        sql -> sql.query(
                                part.select() + after + " ORDER BY " + key + " LIMIT " + BATCH,
                                row -> line(part, row),
                                values));
    }

    private Map<Object, Line> find(Part part, Collection<Object> keys) {
        Map<Object, Line> found = new HashMap<>();
        source.transactions().read("read " + part.what(), sql -> {
            String wanted = " WHERE " + sql.dialect().in(part.key().get(0));
            return sql.query(
                    part.select() + wanted,
                    row -> {
                        Line line = line(part, row);
                        return found.put(line.key().get(0), line) == null;
                    },
                    keys);
        });
        return found;
    }

    private Line line(Part part, Row row) throws SQLException {
        List<Object> key = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (Map.Entry<String, String> column : part.table().types().entrySet()) {
            Object value = value(row, column.getKey(), column.getValue());
            if (part.key().contains(column.getKey())) {
                key.add(Objects.requireNonNull(value, column.getKey()));
            }
            values.add(bound(value, column.getValue()));
        }
        return new Line(key, values);
    }

    private static @Nullable Object value(Row row, String column, String type) throws SQLException {
        return switch (type) {
            case "{ID}", "{NUMBER}", "INTEGER" -> row.optionalNumber(column);
            case "{TIME}" -> row.time(column);
            case "{SHARED_TIME}" -> row.sharedTime(column);
            default -> row.text(column);
        };
    }

    private @Nullable Object bound(@Nullable Object value, String type) {
        if (value instanceof Instant time) {
            return type.equals("{TIME}") ? dialect.time(time) : dialect.sharedTime(time);
        }
        // not every engine can store the character NUL
        return value instanceof String text ? text.replace('\0', '\uFFFD') : value;
    }
}
