package dev.brain.store;

import java.util.Map;

/**
 * The indexes that only dashboards and meters need. Those on the queue have the condition {@code id + 0 > 0}, which is always
 * true and in no other statement, so that no other statement is planned with them.
 */
final class MonitorIndexes {
    /** The statements that create the indexes, by name. */
    static final Map<String, String> ALL = Tables.named(
            "$queue_pending",
            """
            CREATE INDEX "$queue_pending" ON "$queue" (site_id, id) WHERE status = 'pending' AND id + 0 > 0""",
            "$queue_held",
            """
            CREATE INDEX "$queue_held" ON "$queue" (site_id, id) WHERE status = 'held' AND id + 0 > 0""",
            "$queue_scheduled",
            """
            CREATE INDEX "$queue_scheduled" ON "$queue" (site_id, id) WHERE status = 'scheduled' AND id + 0 > 0""",
            "$queue_blocked",
            """
            CREATE INDEX "$queue_blocked" ON "$queue" (site_id, id)
            WHERE status = 'failed' AND unblocked_at IS NULL AND id + 0 > 0""",
            "$queue_ended",
            """
            CREATE INDEX "$queue_ended" ON "$queue" (site_id, status, processed_at, id)
            WHERE status IN ('completed', 'failed', 'cancelled') AND id + 0 > 0""",
            "brain_incident_unresolved",
            """
            CREATE INDEX brain_incident_unresolved ON brain_incident (last_seen_at DESC, id DESC)
            WHERE resolved_at IS NULL""");

    private MonitorIndexes() {}
}
