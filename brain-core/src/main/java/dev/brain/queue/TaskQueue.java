package dev.brain.queue;

import dev.brain.incident.IncidentLog;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The durable queue of tasks. Thread-safe, and safe beside other processes that use the same queue.
 *
 * <p>What a method has returned normally survives a crash. There are never two active tasks for one site and resource.
 * Every method throws {@link dev.brain.error.UnavailableException} if the queue can't be used just now, and has then
 * changed nothing.
 */
public interface TaskQueue extends AutoCloseable {
    /** How the queue stands to these resources of a site; those that it has nothing on are left out. */
    Map<ResourceId, Standing> standings(String siteId, Collection<ResourceId> ids);

    /**
     * Writes the drafts down as {@link TaskStatus#CLAIMING}, in one transaction; a resource that is {@link
     * Standing#ACTIVE} or {@link Standing#BLOCKED} is left out of what is returned.
     */
    List<Reservation> reserve(List<TaskDraft> drafts);

    /**
     * Settles reservations, in one transaction.
     *
     * <p>Confirming is final and never loses a claim: should somebody have dropped the reservation meanwhile, the task
     * is written anew, unless the resource has a later one. Dropping takes effect only while the reservation is
     * unsettled. Settling twice does nothing.
     *
     * @return the tasks that became visible through this call
     */
    int settle(List<Settlement> settlements);

    /**
     * Reservations that nobody is working on any more: those of runs that ended, and this run's own ones whose claims
     * came out unknown. Call it only while this run claims nothing.
     */
    List<Reservation> unsettled();

    /** Returns the tasks among those of {@link #unsettled} that can't be read as a reservation any more, and are not there. */
    default List<Task> unreadable() {
        return List.of();
    }

    /** One task; empty if there is none of that number. */
    Optional<Task> find(long id);

    /** What was reserved for a task, the resource as it was before its claim; empty if that isn't known. */
    Optional<Reservation> reservation(long taskId);

    /** Tasks, the newest first. */
    List<Task> list(TaskFilter filter);

    /**
     * How many tasks stand where: by site, then by the text of the status as it stands in the queue; in the order of the
     * sites' ids.
     */
    Map<String, Map<String, Long>> counts();

    /** Makes a task pending again, unless it {@linkplain Task#mayBeSubmitted may have been submitted}. */
    default boolean retry(long id) {
        return retry(id, false);
    }

    /**
     * Makes a failed or cancelled task pending again, and closes the incident of its failure.
     *
     * @param notSubmitted whether somebody made sure that its case was not submitted; without that, a task that {@linkplain
     *     Task#mayBeSubmitted may have been} stays as it is, and one whose resource has a later task that may have been, or
     *     that is completed
     * @return false if it is neither failed nor cancelled, may have been submitted, or its resource has an active task
     */
    boolean retry(long id, boolean notSubmitted);

    /** Cancels a task that waits; false if it is unsettled, in a worker's hands, or ended. */
    boolean cancel(long id);

    /** Lets a resource be queued again, unless one of its tasks {@linkplain Task#mayBeSubmitted may have been submitted}. */
    default boolean unblock(String siteId, ResourceId resourceId) {
        return unblock(siteId, resourceId, false);
    }

    /**
     * Lets a resource be queued again whose tasks failed or were cancelled, and closes the incidents of their failures.
     *
     * @param notSubmitted whether somebody made sure that none was submitted; without that, a resource with a task that
     *     {@linkplain Task#mayBeSubmitted may have been} stays blocked
     * @return false if nothing blocked it, or it stays blocked
     */
    boolean unblock(String siteId, ResourceId resourceId, boolean notSubmitted);

    /**
     * Leases tasks that are ready, those of the highest priority first, the oldest first among them; leaves out paused
     * sites and what is beyond a site's limits. A task whose worker died comes alone. Each taking counts as an attempt. Does what {@link #sweep} does, if that
     * was a second or longer ago.
     */
    List<Lease> take(TakeRequest request);

    /** Makes the leases last that long from now; returns the numbers of the tasks whose lease still held. */
    Set<Long> renew(Collection<Lease> leases, Duration lease);

    /** Hands a task back; false, and nothing changes, if the lease no longer holds. */
    default boolean finish(Lease lease, Ending ending) {
        return !finish(List.of(new HandBack(lease, ending)), null).held().isEmpty();
    }

    /**
     * Hands tasks back and takes others, in one transaction: what a busy worker does, for the price of one commit.
     *
     * @param next what to take; null for nothing
     */
    Finished finish(List<HandBack> handed, @Nullable TakeRequest next);

    /**
     * What came of handing back and taking.
     *
     * @param held the numbers of the tasks whose lease still held; the others were not changed
     * @param next what was taken, in any case
     */
    record Finished(Set<Long> held, List<Lease> next) {
        public Finished {
            held = Set.copyOf(held);
            next = List.copyOf(next);
        }
    }

    /**
     * Notes something on a task in work; false, and nothing changes, if the lease no longer holds.
     *
     * <p>{@link Note#SUBMITTING} makes a lost lease final: the task then fails with an incident instead of being tried
     * again, because nobody can say what its worker has done. {@link Note#EVIDENCE} is a path; the incident of a failure
     * carries the last one.
     */
    boolean note(Lease lease, Note note, String text);

    /** What a worker notes on a task while it is in work. */
    enum Note {
        PROGRESS,
        EVIDENCE,
        SUBMITTING
    }

    /**
     * Makes scheduled tasks ready whose time has come, and takes tasks back from workers whose lease ran out: these are
     * ready again and count a crash, or fail if they crashed too often or were being submitted.
     *
     * @return how many tasks it changed
     */
    int sweep();

    /** Keeps workers from a site's tasks and cycles from claiming for it, or lets them go on; that closes its breaker too. */
    void pause(String siteId, boolean paused);

    /** The sites of which there is something to tell, in the order of their ids. */
    List<SiteState> siteStates();

    /**
     * Takes the payloads and what else is personal from tasks that ended before that time; what is needed to recognise
     * their resources stays. A task without its payload can't be retried.
     *
     * @return how many tasks it changed
     */
    int prune(Instant endedBefore);

    /** Incidents, kept in the same place as the tasks. */
    IncidentLog incidents();

    /** A private copy of this queue as it is now, which shares nothing with it and goes when it is closed. */
    TaskQueue snapshot();

    @Override
    void close();

    /** Creates queues; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<TaskQueue> {}
}
