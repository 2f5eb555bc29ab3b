package dev.brain.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The conditions of a query and their values, joined by AND. */
final class Conditions {
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    void add(String condition, Object... itsValues) {
        conditions.add(condition);
        values.addAll(Arrays.asList(itsValues));
    }

    /** Adds a condition with one value, unless the value is null. */
    void addUnlessNull(String condition, @Nullable Object value) {
        if (value != null) {
            add(condition, value);
        }
    }

    /** Returns the WHERE clause; empty without conditions. */
    String where() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    boolean isEmpty() {
        return conditions.isEmpty();
    }

    /** Returns the conditions to be added to others; empty without conditions. */
    String and() {
        return conditions.stream().map(condition -> " AND " + condition).collect(Collectors.joining());
    }

    /** Returns the values of the conditions, and one more. */
    Object[] values(Object last) {
        List<Object> all = new ArrayList<>(values);
        all.add(last);
        return all.toArray();
    }
}
