package dev.brain.sqlite;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tasks to be, for tests. */
final class Drafts {
    static final String SITE = "fines";

    private Drafts() {}

    static List<TaskDraft> of(int... ids) {
        return IntStream.of(ids).mapToObj(Drafts::draft).toList();
    }

    private static TaskDraft draft(int id) {
        return of(SITE, id);
    }

    static TaskDraft of(String siteId, int id) {
        return new TaskDraft(
                siteId,
                new Resource(ResourceId.of(id), "2026/" + id, Map.of("Estado", 0L)),
                Payload.of(JsonNodeFactory.instance.objectNode().put("idRecurso", id)),
                new Claimant("ROBOT"),
                0);
    }
}
