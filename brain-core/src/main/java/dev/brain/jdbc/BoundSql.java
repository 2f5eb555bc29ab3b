package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement for JDBC with the values of its question marks.
 *
 * @param sql with a {@code ?} for each value
 * @param values in the order of the question marks
 */
public record BoundSql(String sql, List<@Nullable Object> values) {
    public BoundSql {
        requireNonNull(sql, "sql");
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }
}
