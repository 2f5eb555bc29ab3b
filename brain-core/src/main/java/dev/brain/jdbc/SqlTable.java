package dev.brain.jdbc;

import dev.brain.jdbc.Dialect.KeyedUpdate;
import dev.brain.resource.Holding;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A profile's statements in a dialect: made once, bound for each use. Immutable. */
final class SqlTable {
    private final Profile profile;
    private final Dialect dialect;
    private final String table;
    private final String id;
    private final String readBack;
    private final List<String> columns;

    final NamedSql firstPage;
    final NamedSql nextPage;
    final NamedSql find;
    final NamedSql holdings;
    final NamedSql owners;
    final NamedSql firstHeld;
    final NamedSql nextHeld;

    SqlTable(Profile profile, Dialect dialect) {
        this.profile = profile;
        this.dialect = dialect;
        table = dialect.table(profile.table());
        id = dialect.quote(profile.id());
        readBack = flag(profile.ours()) + " AS \"ours\", " + flag(profile.free()) + " AS \"free\", "
                + dialect.quote(profile.owner()) + " AS \"owner\"";
        columns = List.copyOf(readColumns(profile));

        String listed = "(" + profile.scope() + ") AND (" + profile.free() + ") AND (" + profile.candidates() + ")";
        firstPage = page(listed);
        nextPage = page(listed + " AND " + id + " > :after");
        String oneOf = dialect.isOneOf(id, profile.idType());
        find = NamedSql.parse("SELECT " + selected(columns) + " FROM " + table + " WHERE " + oneOf);
        holdings = NamedSql.parse("SELECT " + id + " AS \"id\", " + readBack + " FROM " + table + " WHERE " + oneOf);
        String held = "(" + profile.scope() + ") AND (" + profile.ours() + ")";
        String owner = dialect.quote(profile.owner());
        owners = NamedSql.parse("SELECT DISTINCT " + owner + " AS \"owner\" FROM " + table + " WHERE " + held + " AND "
                + owner + " IS NOT NULL");
        firstHeld = page(held + " AND " + owner + " IN (:owners)");
        nextHeld = page(held + " AND " + owner + " IN (:owners) AND " + id + " > :after");
    }

    private static Set<String> readColumns(Profile profile) {
        Set<String> names = new LinkedHashSet<>(profile.columns());
        names.add(profile.id());
        names.add(profile.reference());
        profile.release().forEach((column, value) -> {
            if (Profile.ORIGINAL.equals(value)) {
                names.add(column);
            }
        });
        profile.children().values().forEach(child -> names.add(child.parent()));
        return names;
    }

    private NamedSql page(String where) {
        return NamedSql.parse(dialect.page(selected(columns), "FROM " + table + " WHERE " + where, id));
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

    NamedSql child(Profile.Child child) {
        String key = dialect.quote(child.key());
        Set<String> read = new LinkedHashSet<>(child.columns());
        return NamedSql.parse("SELECT " + key + " AS \"key of parent\", " + selected(read) + " FROM "
                + dialect.table(child.table()) + " WHERE " + dialect.isOneOf(key, child.keyType()) + " ORDER BY " + key
                + ", " + dialect.quote(child.orderBy()));
    }

    Object ids(Collection<ResourceId> ids, IdType type) {
        return dialect.ids(List.copyOf(ids), type);
    }

    /** An update of these columns under a guard; their values go into {@code parameters}. */
    KeyedUpdate update(
            Map<String, @Nullable Object> assignments, String guard, Map<String, @Nullable Object> parameters) {
        Map<String, String> set = new LinkedHashMap<>();
        assignments.forEach((column, value) -> {
            String parameter = "set" + set.size();
            set.put(column, dialect.quote(column) + " = :" + parameter);
            parameters.put(parameter, value);
        });
        return new KeyedUpdate(table, id, profile.idType(), String.join(", ", set.values()), guard, readBack);
    }

    /** What a row with the read-back's columns says. */
    static Holding holding(Map<String, @Nullable Object> row, Claimant claimant) {
        Object owner = row.get("owner");
        String name = owner == null ? null : owner.toString();
        if (isSet(row.get("ours")) && claimant.matches(name)) {
            return new Holding(Holding.State.OURS, name);
        }
        return new Holding(isSet(row.get("free")) ? Holding.State.FREE : Holding.State.OTHERS, name);
    }

    static boolean isSet(@Nullable Object flag) {
        return flag instanceof Number number && number.intValue() == 1;
    }
}
