package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.KeyCondition;
import dev.brain.jdbc.Dialect.KeyedUpdate;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Claimant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A profile's statements in a dialect: made once, bound for each use. Immutable. */
final class SqlTable {
    private static final int VALUES_AT_ONCE = 500;
    private static final String SET = "set";

    /** The advice for an id that the database compares differently than Brain reads it. */
    static final String COMPARES_DIFFERENTLY =
            "the database compares the column's values as another type than the profile's \"idType\": correct that, or give the"
                    + " column a type";

    private final Dialect dialect;
    private final String table;
    private final String id;
    private final KeyColumn key;
    private final String readBack;
    private final String scope;
    private final List<String> columns;

    /** The candidates in their order: those with a deadline first, if there are deadlines. */
    final List<PageQuery> candidates;

    final NamedSql owners;
    final PageQuery held;
    final NamedSql sample;
    private final NamedSql byValue;
    /** Statements by their text, for the dialect decides how rows are picked by id when they are first read. */
    private final Map<String, NamedSql> byKey = new ConcurrentHashMap<>();

    /** The update that claims. */
    final KeyedUpdate claim;
    /** The update that gives back what {@code :owner} has. */
    final KeyedUpdate release;

    SqlTable(Profile profile, Dialect dialect) {
        this.dialect = dialect;
        table = dialect.table(profile.table());
        id = dialect.quote(profile.id());
        key = new KeyColumn(profile.table(), profile.id(), profile.idType());
        String owner = dialect.quote(profile.owner());
        scope = NamedSql.withNamesQuotedBy(dialect, profile.scope());
        String candidates = NamedSql.withNamesQuotedBy(dialect, profile.candidates());
        String free = NamedSql.withNamesQuotedBy(dialect, profile.free());
        String ours = NamedSql.withNamesQuotedBy(dialect, profile.ours());
        // the profile does not recognise a row that was just claimed, or still finds it free
        String notOurs = owner + " = :owner AND (" + flag(ours) + " = 0 OR " + flag(free) + " = 1)";
        readBack = flag(ours) + " AS " + dialect.quote("ours") + ", " + flag(free) + " AS " + dialect.quote("free")
                + ", " + owner + " AS " + dialect.quote("owner");
        columns = List.copyOf(readColumns(profile));

        String listed = "(" + scope + ") AND (" + free + ") AND (" + candidates + ")";
        // what has no id can be neither claimed nor read back; it must not stand in the way of what has
        String hasId = id + " IS NOT NULL AND ";
        String deadline = profile.deadline() == null ? null : dialect.quote(profile.deadline());
        this.candidates = deadline == null
                ? List.of(byId(listed))
                : List.of(byDeadline(listed, deadline), byId(listed + " AND " + deadline + " IS NULL"));
        String held = "(" + scope + ") AND (" + ours + ")";
        owners = NamedSql.parse("SELECT DISTINCT " + owner + " AS " + dialect.quote("owner") + " FROM "
                + dialect.listed(table) + " WHERE " + held + " AND " + owner + " IS NOT NULL");
        this.held = byId(held + " AND " + owner + " IN (:owners)");
        sample = page(hasId + "1 = 1", id);
        claim = update(profile.claim().keySet(), free, notOurs);
        release = update(profile.release().keySet(), "(" + ours + ") AND " + owner + " = :owner", "1 = 0");
        byValue = NamedSql.parse("SELECT " + id + " AS " + dialect.quote("id") + " FROM " + dialect.listed(table)
                + " WHERE " + id + " IN (:ids)");
    }

    private static Set<String> readColumns(Profile profile) {
        Set<String> names = new LinkedHashSet<>(profile.columns());
        names.add(profile.id());
        names.add(profile.reference());
        if (profile.deadline() != null) {
            names.add(profile.deadline());
        }
        profile.release().forEach((column, value) -> {
            if (Profile.ORIGINAL.equals(value)) {
                names.add(column);
            }
        });
        profile.children().values().forEach(child -> names.add(child.parent()));
        return names;
    }

    /**
     * The query for the pages of a list.
     *
     * @param first for its first page
     * @param next for a page after {@code :after}, and after {@code :after_deadline} if it is in the order of deadlines
     */
    record PageQuery(NamedSql first, NamedSql next) {}

    private PageQuery byId(String where) {
        return new PageQuery(page(id + " IS NOT NULL AND " + where, id), page(where + " AND " + id + " > :after", id));
    }

    /** A condition with OR alone would keep the database from finding the page's first row in an index. */
    private PageQuery byDeadline(String where, String deadline) {
        String order = deadline + ", " + id;
        return new PageQuery(
                page(id + " IS NOT NULL AND " + where + " AND " + deadline + " IS NOT NULL", order),
                page(
                        where + " AND " + deadline + " >= :after_deadline AND (" + deadline + " > :after_deadline OR "
                                + id + " > :after) AND " + id + " IS NOT NULL",
                        order));
    }

    private NamedSql page(String where, String order) {
        return NamedSql.parse(
                dialect.page(selected(columns), "FROM " + dialect.listed(table) + " WHERE " + where, order));
    }

    private String selected(Collection<String> names) {
        return names.stream()
                .map(name -> dialect.quote(name) + " AS " + dialect.quote(name))
                .collect(Collectors.joining(", "));
    }

    private static String flag(String condition) {
        return "CASE WHEN " + condition + " THEN 1 ELSE 0 END";
    }

    List<String> columns() {
        return columns;
    }

    KeyColumn key() {
        return key;
    }

    /** Returns the rows with these ids. */
    List<Map<String, @Nullable Object>> find(Session session, Collection<ResourceId> ids) throws SQLException {
        return byKey(
                session,
                key,
                "SELECT " + selected(columns) + " FROM " + dialect.settled(table) + " WHERE ",
                "",
                ids,
                Map.of());
    }

    /** Returns who holds each of these resources, after waiting for uncommitted changes. Has an entry for every resource. */
    Map<ResourceId, Ownership> ownership(
            Session session, Claimant claimant, Collection<ResourceId> ids, Map<String, @Nullable Object> parameters)
            throws SQLException {
        Map<ResourceId, Ownership> ownership = new LinkedHashMap<>();
        ids.forEach(id -> ownership.put(id, Ownership.of(Ownership.State.GONE)));
        AskedIds asked = new AskedIds(ids);
        for (Map<String, @Nullable Object> row : ownership(session, ids, parameters)) {
            ownership.put(asked.of(requireNonNull(row.get("id"))), owned(row, claimant));
        }
        return ownership;
    }

    /**
     * Returns those of these resources that exist but are not found by their ids: the value that was read finds a row,
     * and the id created from it does not. Skips rows that are being changed.
     */
    Set<ResourceId> notFoundById(Session session, List<Resource> resources, Map<String, @Nullable Object> parameters)
            throws SQLException {
        Set<ResourceId> there = new LinkedHashSet<>();
        AskedIds asked = new AskedIds(resources.stream().map(Resource::id).toList());
        for (int from = 0; from < resources.size(); from += VALUES_AT_ONCE) {
            List<Object> values = resources.subList(from, Math.min(resources.size(), from + VALUES_AT_ONCE)).stream()
                    .flatMap(resource -> resource.column(key.name()).stream())
                    .toList();
            if (!values.isEmpty()) {
                session.query(byValue.bind(Map.of("ids", values)))
                        .forEach(row -> there.add(asked.of(requireNonNull(row.get("id")))));
            }
        }
        for (Map<String, @Nullable Object> row : ownership(session, there, parameters)) {
            there.remove(asked.of(requireNonNull(row.get("id"))));
        }
        return there;
    }

    /** Returns the ids of those resources that the profile's scope selects. */
    List<Map<String, @Nullable Object>> inScope(
            Session session, Collection<ResourceId> ids, Map<String, @Nullable Object> parameters) throws SQLException {
        return byKey(
                session,
                key,
                "SELECT " + id + " AS " + dialect.quote("id") + " FROM " + dialect.settled(table) + " WHERE (" + scope
                        + ") AND ",
                "",
                ids,
                parameters);
    }

    /** Returns the id of each of these resources that exists, with what {@link #owned} needs. */
    List<Map<String, @Nullable Object>> ownership(
            Session session, Collection<ResourceId> ids, Map<String, @Nullable Object> parameters) throws SQLException {
        return byKey(
                session,
                key,
                "SELECT " + id + " AS " + dialect.quote("id") + ", " + readBack + " FROM " + dialect.settled(table)
                        + " WHERE ",
                "",
                ids,
                parameters);
    }

    /** Returns the rows of a child table that belong to these keys, in order; each with its key and its columns. */
    List<Map<String, @Nullable Object>> children(Session session, Profile.Child child, Collection<ResourceId> keys)
            throws SQLException {
        Set<String> read = new LinkedHashSet<>(child.columns());
        read.add(child.key());
        // SQL Server refuses an ORDER BY that names a column twice
        String then = child.orderBy().equalsIgnoreCase(child.key()) ? "" : ", " + dialect.quote(child.orderBy());
        return byKey(
                session,
                new KeyColumn(child.table(), child.key(), child.keyType()),
                "SELECT " + selected(read) + " FROM " + dialect.table(child.table()) + " WHERE ",
                " ORDER BY " + dialect.quote(child.key()) + then,
                keys,
                Map.of());
    }

    private List<Map<String, @Nullable Object>> byKey(
            Session session,
            KeyColumn column,
            String before,
            String after,
            Collection<ResourceId> ids,
            Map<String, @Nullable Object> parameters)
            throws SQLException {
        KeyCondition condition = dialect.isOneOf(session, column);
        NamedSql sql = byKey.computeIfAbsent(before + condition.sql() + after, NamedSql::parse);
        List<ResourceId> all = List.copyOf(ids);
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (int from = 0; from < all.size(); from += Math.min(condition.atOnce(), all.size())) {
            List<ResourceId> some = all.subList(from, Math.min(all.size(), from + condition.atOnce()));
            Map<String, @Nullable Object> values = new LinkedHashMap<>(parameters);
            values.put("ids", condition.ids().apply(some));
            rows.addAll(session.query(sql.bind(values)));
        }
        return rows;
    }

    private KeyedUpdate update(Set<String> set, String guard, String undo) {
        List<String> assignments = new ArrayList<>();
        for (String column : set) {
            assignments.add(dialect.quote(column) + " = :" + SET + assignments.size());
        }
        return new KeyedUpdate(table, key, String.join(", ", assignments), guard, undo, readBack);
    }

    /** Adds what {@link #claim} or {@link #release} sets, in the profile's order, to the values of their parameters. */
    static void bindSet(Collection<? extends @Nullable Object> set, Map<String, @Nullable Object> values) {
        int index = 0;
        for (Object value : set) {
            values.put(SET + index++, value);
        }
    }

    /** Returns the ownership that a row with the read-back's columns shows. */
    static Ownership owned(Map<String, @Nullable Object> row, Claimant claimant) {
        String name = owner(row);
        if (isSet(row.get("free"))) {
            // a reopened row may keep its owner: a row that a claim would take is free, whatever its owner column holds
            return new Ownership(Ownership.State.FREE, name);
        }
        boolean isOurs = isSet(row.get("ours")) && claimant.matches(name);
        return new Ownership(isOurs ? Ownership.State.OURS : Ownership.State.OTHERS, name);
    }

    static @Nullable String owner(Map<String, @Nullable Object> row) {
        Object owner = row.get("owner");
        return owner == null ? null : owner.toString();
    }

    static boolean isSet(@Nullable Object flag) {
        return flag instanceof Number number && number.intValue() == 1;
    }
}
