package dev.brain.sqlite;

import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives tasks that other programs wrote the id of their resource, which their payload has. Of several active ones for a
 * resource only the first gets it: it is the one that stands in the way of another.
 */
final class Identifying {
    private static final Logger LOG = LoggerFactory.getLogger(Identifying.class);

    /** Rows in one transaction: other programs wait meanwhile. */
    private static final int CHUNK = 500;

    private final StoreFile file;

    Identifying(StoreFile file) {
        this.file = file;
    }

    /** The maximum number of digits of an id; longer numbers would only take memory. */
    private static final int MOST_DIGITS = 100;

    private record Unidentified(
            long id,
            String siteId,
            @Nullable String number,
            @Nullable String text) {}

    /** Whether there are tasks after this number that were not looked at. */
    boolean isDue(Connected connected, long after) throws SQLException {
        return connected.first("""
                        SELECT id FROM "$queue" WHERE resource_id IS NULL AND id > ? LIMIT 1""", row -> row.getLong(1), after).isPresent();
    }

    /** Looks at the next tasks after this number; the number of the last one, or the same if there are no more. */
    long next(Connected connected, long after) throws SQLException {
        long last = after;
        List<Unidentified> rows = connected.query(
                """
                SELECT id, site_id,
                    CASE WHEN json_type(json, '$.idRecurso') IN ('integer', 'real') THEN json -> '$.idRecurso' END,
                    CASE WHEN json_type(json, '$.idRecurso') = 'text' THEN json ->> '$.idRecurso' END
                FROM (SELECT id, site_id, CASE WHEN json_valid(payload) THEN payload END AS json
                    FROM "$queue" WHERE resource_id IS NULL AND id > ? ORDER BY id LIMIT ?)""",
                row -> new Unidentified(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
                after,
                CHUNK);
        for (Unidentified row : rows) {
            Optional<ResourceId> resource = resource(row);
            if (resource.isPresent()) {
                identify(connected, row, resource.get());
            }
            last = row.id();
        }
        return last;
    }

    /** Returns a number in its own spelling: SQLite's floating-point numbers change numbers of 16 digits or more. */
    private Optional<ResourceId> resource(Unidentified row) {
        if (row.number() == null) {
            return Optional.ofNullable(TaskTable.resourceId(row.text()));
        }
        try {
            BigDecimal number = new BigDecimal(row.number());
            if (number.precision() + Math.abs((long) number.scale()) <= MOST_DIGITS) {
                return Optional.of(ResourceId.of(number));
            }
        } catch (NumberFormatException e) {
            LOG.debug("task {} has an idRecurso that is not a number", row.id(), e);
        }
        LOG.warn(
                "task {} in {} has an idRecurso that is not an id, so its resource may be queued again",
                row.id(),
                file.path());
        return Optional.empty();
    }

    private void identify(Connected connected, Unidentified row, ResourceId resource) throws SQLException {
        int changed = connected.update("""
                UPDATE OR IGNORE "$queue" SET resource_id = ? WHERE id = ? AND resource_id IS NULL""", resource.value(), row.id());
        if (changed == 0) {
            long first = connected
                    .first("""
                            SELECT id FROM "$queue" WHERE site_id = ? AND resource_id = ?
                            AND status IN ('claiming', 'pending', 'scheduled', 'processing')""", found -> found.getLong(1), row.siteId(), resource.value())
                    .orElse(0L);
            LOG.warn(
                    "tasks {} and {} in {} are both active for resource {} of site {}; see to it that only one is filed",
                    first,
                    row.id(),
                    file.path(),
                    resource,
                    row.siteId());
        }
    }
}
