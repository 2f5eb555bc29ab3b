package dev.brain.work;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskResult;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners of a worker what happens. A failure of a listener never stops the work. Thread-safe. */
record WorkerEvents(List<BrainListener> listeners) implements IncidentLog.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerEvents.class);

    WorkerEvents {
        listeners = List.copyOf(listeners);
    }

    void publish(BrainEvent event) {
        for (BrainListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException | Error e) {
                LOG.warn("a listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }

    /** Publishes events for the results that the queue has recorded, and for the others, whose leases were lost. */
    void finished(List<FinishedTask> batch, Set<Long> recorded) {
        if (listeners.isEmpty()) {
            return;
        }
        for (FinishedTask each : batch) {
            Task task = each.lease().task();
            publish(
                    recorded.contains(task.id())
                            ? event(task, each.result())
                            : new BrainEvent.LeaseLost(task, each.result() instanceof TaskResult.Unknown));
        }
    }

    private static BrainEvent event(Task task, TaskResult result) {
        if (result instanceof TaskResult.Held) {
            return new BrainEvent.TaskHeld(task.id(), task.siteId(), task.resourceId(), task.reference());
        }
        return result instanceof TaskResult.Completed
                        || result instanceof TaskResult.Failed
                        || result instanceof TaskResult.Unknown
                ? new BrainEvent.TaskEnded(task, result)
                : new BrainEvent.AttemptEnded(task, result);
    }

    @Override
    public void recorded(Report report, boolean opened) {
        publish(new BrainEvent.IncidentReported(report, opened));
    }

    @Override
    public void closed(Incident incident) {
        publish(new BrainEvent.IncidentClosed(incident));
    }
}
