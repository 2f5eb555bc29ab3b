package dev.brain.internal.engine;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.payload.PayloadException;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the tasks of candidates with their payloads. Candidates whose payload can't be built are incidents. */
final class DraftStage {
    private static final Logger LOG = LoggerFactory.getLogger(DraftStage.class);

    private final SiteContext context;
    private final RowIncidents rows;

    private boolean hasPayload;

    DraftStage(SiteContext context, RowIncidents rows) {
        this.context = context;
        this.rows = rows;
    }

    /** Returns whether a payload could be built, so that the site's builder lacks nothing. */
    boolean hasPayload() {
        return hasPayload;
    }

    /**
     * Returns the tasks of up to that many candidates, which are removed.
     *
     * @throws BrainException if no payload of the site can be built, which is a single incident of the site
     */
    List<TaskDraft> build(Deque<Resource> candidates, long wanted) {
        List<TaskDraft> drafts = new ArrayList<>();
        List<Report> invalid = new ArrayList<>();
        try {
            while (drafts.size() < wanted && !candidates.isEmpty()) {
                Resource resource = candidates.remove();
                try {
                    drafts.add(context.resolved()
                            .draft(
                                    resource,
                                    context.claimant(),
                                    context.cycle().clock().instant()));
                    hasPayload = true;
                } catch (ConfigurationException e) {
                    context.events().report(List.of(invalid(null, e.problem())));
                    // it already has an incident
                    throw new BrainException(e.problem(), e);
                } catch (RuntimeException | Error e) {
                    // a class that is missing, or memory, is not the row's fault
                    if (e instanceof LinkageError || e instanceof OutOfMemoryError || Cycle.isFatal(e)) {
                        throw e;
                    }
                    LOG.debug("site {}: no payload for {}", context.siteId(), resource.id(), e);
                    String message = e instanceof PayloadException payload
                            ? payload.problem()
                            : "the payload builder failed with " + kindAndPlace(e);
                    invalid.add(invalid(resource.id(), message));
                }
            }
        } finally {
            rows.report(invalid);
        }
        return drafts;
    }

    private Report invalid(@Nullable ResourceId id, String message) {
        return new Report(IncidentCode.PAYLOAD_INVALID, context.siteId(), id, message);
    }

    /** Describes a failure without its message, which may contain personal data of the resource. */
    private static String kindAndPlace(Throwable e) {
        StackTraceElement[] stack = e.getStackTrace();
        return e.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }
}
