package dev.brain.tck;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.time.Instant;
import java.util.Map;

/** Drafts of tasks for one claimant. */
final class TaskDrafts {
    private static final String SITE = "fines";
    private static final Claimant ROBOT = new Claimant("ROBOT");

    private TaskDrafts() {}

    static TaskDraft draft(int id) {
        return draft(SITE, id, 0);
    }

    static TaskDraft due(int id, int priority, Instant deadline) {
        TaskDraft draft = draft(SITE, id, priority);
        return new TaskDraft(SITE, draft.resource(), draft.payload(), ROBOT, priority, deadline);
    }

    static TaskDraft draft(String site, int id, int priority) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("idRecurso", id);
        content.put("expediente", "2026/" + id);
        Resource resource = new Resource(ResourceId.of(id), "2026/" + id, Map.of("idRecurso", (long) id, "TExp", 2L));
        return new TaskDraft(site, resource, Payload.of(content), ROBOT, priority);
    }
}
