package dev.brain.examples.spring;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import org.springframework.stereotype.Component;

/** Files a case. A real one would fill in the public body's form. */
@Component
class FilingHandler implements TaskHandler {
    @Override
    public TaskOutcome handle(TaskContext context) {
        String reference = context.payload().path("expediente").asText();
        return TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("receipt", "R-" + reference));
    }
}
