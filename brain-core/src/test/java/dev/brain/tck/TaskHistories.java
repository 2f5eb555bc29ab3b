package dev.brain.tck;

/** Compares the history of tasks with their rows. */
public final class TaskHistories {
    /**
     * A query for the tasks whose history has not exactly one entry for each change that was made to the row. Each change of a
     * status raises the row's revision; the other events change no status.
     */
    public static final String WRONG = """
            SELECT task.id FROM tramite_queue AS task WHERE task.revision <> (
                SELECT count(*) FROM brain_history AS change WHERE change.task_id = task.id
                AND change.event NOT IN ('submitting', 'submitted', 'step_done', 'unblocked', 'released', 'pruned'))""";

    private TaskHistories() {}
}
