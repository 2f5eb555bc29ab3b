package dev.brain.examples.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.plugin.ProviderContext;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import java.nio.file.Path;

/**
 * Provides the handler {@code demo}. It files a case by writing a line to the file that {@code DEMO_RECEIPTS} names, if
 * any, and fails as often as a real one might.
 */
public final class DemoHandlerProvider implements TaskHandler.Provider {
    /** The setting that names the file of receipts. */
    static final String RECEIPTS = "DEMO_RECEIPTS";

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
        Receipts receipts =
                new Receipts(context.environment().get(RECEIPTS).map(Path::of).orElse(null));
        return task -> file(task, receipts);
    }

    /** Files a case. Its number decides whether it fails, so that every demo does the same. */
    private static TaskOutcome file(TaskContext context, Receipts receipts) {
        long number = context.payload().path("idRecurso").asLong();
        String receipt = "R-" + context.task().id() + "-" + number;
        context.progress("filling in the form");
        if (number % BUSINESS_ONE_IN == 0) {
            return TaskOutcome.businessFailure("DEADLINE_PASSED", "the body takes no more pleas for this case");
        }
        if (number % TECHNICAL_ONE_IN == 0 && context.task().failures() == 0) {
            return TaskOutcome.technicalFailure("SITE_BUSY", "the body's site did not answer");
        }
        // a person may have it tried again after a crash of which nobody knew how far it had got
        if (!receipts.has(receipt)) {
            context.submitting();
            receipts.add(receipt);
        }
        return TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("receipt", receipt));
    }
}
