package dev.brain.internal.monitor;

import dev.brain.cycle.CycleReport;
import dev.brain.history.History;
import dev.brain.incident.Incident;
import dev.brain.queue.Task;
import java.time.ZoneId;

/**
 * What a store knows for dashboards and meters. Every list is read by a constant number of statements, each of which an index
 * serves. Thread-safe. Throws the exceptions of {@link dev.brain.queue.Store}.
 */
public interface Monitor {
    /** Something that has a monitor: a queue of Brain's own stores. */
    interface Source {
        Monitor monitor();
    }

    /**
     * Reads the figures, by a number of statements that depends neither on the number of sites nor on that of tasks.
     *
     * @param last what was read before, which need not be read again; {@link Overview#NONE} if nothing was
     * @param zone where days begin
     */
    Overview read(Overview last, ZoneId zone);

    /** Keeps the report of a cycle, and forgets the oldest ones. */
    void record(CycleReport report);

    Page<Task> tasks(TaskSearch search);

    Page<Incident> incidents(IncidentSearch search);

    Page<History.Entry> history(HistorySearch search);
}
