package dev.brain.sqlite;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.error.BrainException;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.nio.file.Path;

/** A process that takes one task, waits for a signal, and then tries everything that a lease allows. */
final class ObedientWorker {
    private ObedientWorker() {}

    public static void main(String[] arguments) throws Exception {
        try (SqliteStore store = WorkerProcess.store(Path.of(arguments[0]))) {
            Worker worker = Worker.builder()
                    .queue(store)
                    .owner("the stopped")
                    .clock(FileClock.beside(Path.of(arguments[0])))
                    .lease(WorkerProcess.LEASE)
                    .handler(Drafts.SITE, ObedientWorker::handle)
                    .build();
            worker.drain();
        }
    }

    private static TaskOutcome handle(TaskContext context) throws Exception {
        WorkerProcess.tell("begun");
        readLine();
        context.progress("late");
        context.evidence(Path.of("late.png"));
        try {
            context.submitting();
            WorkerProcess.tell("submitting: yes");
        } catch (BrainException e) {
            WorkerProcess.tell("submitting: " + e.getClass().getSimpleName());
        }
        WorkerProcess.tell("lost: " + context.isLost());
        return TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("by", "the stopped"));
    }

    /** Not to be interrupted: it is to try everything. */
    private static void readLine() throws Exception {
        int character = System.in.read();
        while (character != '\n' && character >= 0) {
            character = System.in.read();
        }
    }
}
