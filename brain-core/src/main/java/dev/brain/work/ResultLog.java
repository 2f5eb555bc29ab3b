package dev.brain.work;

import dev.brain.error.BrainException;
import dev.brain.queue.TaskQueue.Finished;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskResult;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what became of the results that a worker handed back, one line for each task, and tells the listeners. */
final class ResultLog {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private ResultLog() {}

    /** Logs the results that the queue has answered, and publishes events for those that it has recorded. */
    static void recorded(WorkerEvents events, List<FinishedTask> batch, Finished finished) {
        for (FinishedTask each : batch) {
            long id = each.lease().taskId();
            String siteId = each.lease().task().siteId();
            String result = each.result().summary();
            if (!finished.held().contains(id)) {
                LOG.warn("task {} of site {}: its lease was lost, so \"{}\" is not recorded", id, siteId, result);
            } else if (each.result() instanceof TaskResult.Returned) {
                LOG.debug("task {} of site {}: {}", id, siteId, result);
            } else {
                LOG.info("task {} of site {}: {}", id, siteId, result);
            }
        }
        events.finished(batch, finished.held());
    }

    /** Logs results that the worker could not record before it stopped. */
    static void lost(List<FinishedTask> batch, Throwable failure) {
        for (FinishedTask each : batch) {
            LOG.error(
                    "task {} of site {}: \"{}\" could not be recorded before the worker stopped, so its lease will run"
                            + " out: {}",
                    each.lease().taskId(),
                    each.lease().task().siteId(),
                    each.result().summary(),
                    told(failure));
        }
    }

    /** Returns a failure as one line: the message of an expected one, else also its class. */
    static String told(Throwable failure) {
        return failure instanceof BrainException ? String.valueOf(failure.getMessage()) : failure.toString();
    }
}
