package dev.brain.queue;

import dev.brain.history.Actor;
import dev.brain.history.History;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The actions of people on the tasks of a queue. Every change names its actor, and is recorded in the {@linkplain History
 * history} and logged. Thread-safe. Throws the
 * exceptions of {@link Store}.
 *
 * @stability evolving
 */
public interface TaskOperations {
    /** Returns one task; empty if there is no task of that number. */
    Optional<Task> find(long id);

    /** Returns tasks, the newest first. */
    List<Task> list(TaskFilter filter);

    /**
     * Returns the number of tasks by site, then by the text of the status in the queue; in the order of the sites' ids.
     */
    Map<String, Map<String, Long>> counts();

    /** Makes a task pending again, unless it {@linkplain Task#mayBeSubmitted may have been submitted}. */
    default boolean retry(Actor actor, long id) {
        return retry(actor, id, false);
    }

    /**
     * Makes a failed or cancelled task pending again, and closes the incident of its failure. A task that was held and never
     * approved is held again.
     *
     * @param notSubmitted whether somebody has confirmed that its case was not submitted. Otherwise a task that {@linkplain
     *     Task#mayBeSubmitted may have been submitted} is not changed, nor is one whose resource has a later task that is
     *     completed or may have been submitted
     * @return false if it is neither failed nor cancelled, may have been submitted, or its resource has an active task
     */
    boolean retry(Actor actor, long id, boolean notSubmitted);

    /**
     * Makes a ready or scheduled task wait for an approval. Returns false if it is unsettled, leased, ended, or held already.
     *
     * @param reason what people read
     */
    boolean hold(Actor actor, long id, String reason);

    /**
     * Lets a held task go on: it is ready, or scheduled if it has to wait for a time. Its worker reads the approval in
     * {@link Task#approval}. Returns false if it is not held.
     *
     * @param note why, for the history; null if there is nothing to say
     */
    boolean approve(Actor actor, long id, @Nullable String note);

    /** Why a task is held that may have been done since the backup from which the queue was restored. */
    String RESTORED = "restored";

    /**
     * Records that the queue was restored from a backup, so that it does not show what was done since then. Every task that
     * has not ended is held; a reservation is held when it is confirmed. No lease of that time is valid any more, and no
     * number of a task of that time is used again. Each site gets two incidents: {@link
     * dev.brain.incident.IncidentCode#RESTORED}, while which no cycle claims anything, and {@link
     * dev.brain.incident.IncidentCode#RESTORED_CLAIMS}, until a cycle has read the site's claims.
     *
     * @return the number of tasks that this call has held
     */
    int markRestored(Actor actor);

    /**
     * Lets the tasks go on that {@link #markRestored} has held, unless somebody has cancelled or approved them, and closes
     * the incidents {@link dev.brain.incident.IncidentCode#RESTORED}. Tasks that were held for another reason stay held. A
     * reservation that is confirmed later is held; call this again to let it go on.
     *
     * @return the number of tasks that go on
     */
    int approveRestored(Actor actor);

    /** Cancels a waiting or held task. Returns false if it is unsettled, leased, or ended. */
    boolean cancel(Actor actor, long id);

    /**
     * Allows a resource to be queued again, unless one of its tasks {@linkplain Task#mayBeSubmitted may have been
     * submitted}.
     */
    default boolean unblock(Actor actor, String siteId, ResourceId resourceId) {
        return unblock(actor, siteId, resourceId, false);
    }

    /**
     * Allows a resource whose tasks failed or were cancelled to be queued again, and closes the incidents of their
     * failures.
     *
     * @param notSubmitted whether somebody has confirmed that none was submitted; otherwise a resource with a task that
     *     {@linkplain Task#mayBeSubmitted may have been submitted}, or has a receipt, stays blocked
     * @return false if nothing blocked it, or it stays blocked
     */
    boolean unblock(Actor actor, String siteId, ResourceId resourceId, boolean notSubmitted);

    /**
     * Records that a person has released the resource of an ended task in the system of record, and closes the incidents of
     * its failure. Returns false if there is no such task, or it has not ended.
     */
    boolean released(Actor actor, long id);

    /**
     * Pauses or resumes a site. While it is paused, workers take none of its tasks, and cycles claim nothing for it.
     * Resuming also closes its breaker.
     */
    void pause(Actor actor, String siteId, boolean paused);

    /** Returns the states of sites that have one, in the order of their ids. */
    List<SiteState> siteStates();

    /**
     * Deletes payloads and other personal data of tasks that ended before that time. The data that identifies their
     * resources is kept. A task without its payload can be neither retried nor released; therefore a failed or cancelled
     * task with an open incident is left as it is.
     */
    Pruning prune(Actor actor, Instant endedBefore);

    /**
     * What {@link TaskOperations#prune} did.
     *
     * @param pruned the number of tasks whose data was deleted
     * @param kept the number of tasks whose data was kept because of an open incident
     */
    record Pruning(int pruned, int kept) {}
}
