package dev.brain.examples.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.plugin.ProviderContext;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;

/** Provides the handler {@code demo}: it files nothing anywhere, and fails as often as a real one might. */
public final class DemoHandlerProvider implements TaskHandler.Provider {
    private static final int BUSINESS_ONE_IN = 23;
    private static final int TECHNICAL_ONE_IN = 11;

    /** For {@link java.util.ServiceLoader}. */
    public DemoHandlerProvider() {}

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public TaskHandler create(ProviderContext context) {
        return DemoHandlerProvider::file;
    }

    /** Which case fails how is decided by its number, so that a demo repeats. */
    private static TaskOutcome file(TaskContext context) {
        long number = context.payload().path("idRecurso").asLong();
        context.progress("filling in the form");
        if (number % BUSINESS_ONE_IN == 0) {
            return TaskOutcome.businessFailure("DEADLINE_PASSED", "the body takes no more pleas for this case");
        }
        if (number % TECHNICAL_ONE_IN == 0 && context.task().failures() == 0) {
            return TaskOutcome.technicalFailure("SITE_BUSY", "the body's site did not answer");
        }
        context.submitting();
        return TaskOutcome.done(JsonNodeFactory.instance
                .objectNode()
                .put("receipt", "R-" + context.task().id() + "-" + number));
    }
}
