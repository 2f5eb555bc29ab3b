package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.error.ConfigurationException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates resources from the rows of a table, and from the rows of other tables that belong to them. */
record ResourceReader(Profile profile, SqlTable table, Session session) {
    /** Returns the resource of each row; one that is unusable if its id is. Adds the columns of children to the rows. */
    List<Resource> resources(List<Map<String, @Nullable Object>> rows) throws SQLException {
        Map<String, Map<ResourceId, List<Map<String, @Nullable Object>>>> children = new LinkedHashMap<>();
        for (Map.Entry<String, Profile.Child> child : profile.children().entrySet()) {
            children.put(child.getKey(), rows.isEmpty() ? Map.of() : childRows(child.getValue(), rows));
        }
        List<Resource> resources = new ArrayList<>(rows.size());
        for (Map<String, @Nullable Object> row : rows) {
            resources.add(resource(row, children));
        }
        return resources;
    }

    private Map<ResourceId, List<Map<String, @Nullable Object>>> childRows(
            Profile.Child child, List<Map<String, @Nullable Object>> parents) throws SQLException {
        Set<ResourceId> keys = new LinkedHashSet<>();
        parents.stream()
                .filter(row -> isReadable(row, child))
                .forEach(row -> key(row, child).ifPresent(keys::add));
        AskedIds asked = new AskedIds(keys);
        // only one of the two columns may have a fixed width
        keys.stream()
                .map(key -> new ResourceId(key.value().stripTrailing()))
                .toList()
                .forEach(keys::add);
        Map<ResourceId, List<Map<String, @Nullable Object>>> found = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> row : table.children(session, child, keys)) {
            ResourceId key = asked.of(requireNonNull(row.get(child.key()), child.key()));
            Map<String, @Nullable Object> columns = new LinkedHashMap<>(row);
            columns.keySet().retainAll(child.columns());
            found.computeIfAbsent(key, ignored -> new ArrayList<>()).add(columns);
        }
        return found;
    }

    private Resource resource(
            Map<String, @Nullable Object> row,
            Map<String, Map<ResourceId, List<Map<String, @Nullable Object>>>> children) {
        Map<String, List<Map<String, @Nullable Object>>> lists = new LinkedHashMap<>();
        profile.children().forEach((name, child) -> {
            if (!isReadable(row, child)) {
                // absent too: a payload that needs it says so, and this row's fault stays this row's
                return;
            }
            List<Map<String, @Nullable Object>> rows = key(row, child)
                    .map(key -> requireNonNull(children.get(name)).get(key))
                    .orElse(List.of());
            if (!child.single()) {
                lists.put(name, rows);
                return;
            }
            if (rows.size() > 1) {
                // which of them is meant is a guess, and a guess would be filed
                return;
            }
            for (String column : child.columns()) {
                row.put(name + "." + column, rows.isEmpty() ? null : rows.get(0).get(column));
            }
        });
        Object reference = row.get(profile.reference());
        Object id = requireNonNull(row.get(profile.id()), profile.id());
        try {
            return new Resource(profile.idType().idOf(id), reference == null ? null : reference.toString(), row, lists);
        } catch (ConfigurationException e) {
            return Resource.unusable(IdType.shown(id), String.valueOf(e.getMessage()));
        }
    }

    /** Returns whether what refers to the child's rows can be one of their keys. */
    private static boolean isReadable(Map<String, @Nullable Object> row, Profile.Child child) {
        try {
            key(row, child);
            return true;
        } catch (ConfigurationException e) {
            return false;
        }
    }

    private static Optional<ResourceId> key(Map<String, @Nullable Object> row, Profile.Child child) {
        return Optional.ofNullable(row.get(child.parent()))
                .filter(value -> !value.toString().isBlank())
                .map(child.keyType()::referredTo);
    }
}
