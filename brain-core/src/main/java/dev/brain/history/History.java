package dev.brain.history;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened to the tasks, sites and incidents of a store, and who did it. An entry is written in the transaction of the
 * change that it records. Thread-safe. Throws the exceptions of {@link dev.brain.queue.Store}.
 *
 * @stability evolving
 */
public interface History {
    /** Returns entries, the newest first. */
    List<Entry> list(Filter filter);

    /**
     * A change.
     *
     * @param id its number; a later change of the same task, site or incident has a higher one
     * @param at when it was made
     * @param actor who made it
     * @param siteId the site
     * @param taskId the task that changed; null if it is a change of a site or an incident
     * @param incidentId the incident that changed; null if it is a change of a site or a task
     * @param resourceId the id of the resource as text; null if the entry does not name it
     * @param detail what a person should know about it, such as the code and message of a failure; null after the task was
     *     pruned, or if there is nothing to say
     */
    record Entry(
            long id,
            Instant at,
            Actor actor,
            Event event,
            String siteId,
            @Nullable Long taskId,
            @Nullable Long incidentId,
            @Nullable String resourceId,
            @Nullable String detail) {
        public Entry {
            requireNonNull(at, "at");
            requireNonNull(actor, "actor");
            requireNonNull(event, "event");
            requireNonNull(siteId, "siteId");
        }

        /** Leaves the detail out: it may be personal data. */
        @Override
        public String toString() {
            return "Entry[" + id + ", " + at + ", " + actor.name() + ", " + event.code() + ", " + siteId + ", " + taskId
                    + "]";
        }
    }

    /**
     * Which entries to list.
     *
     * @param siteIds only of these sites; empty means all
     * @param taskId only of this task; null means all
     * @param incidentId only of this incident; null means all
     * @param actor only of the person with this name, or, if no person has it, of the worker, run or program; null means all.
     *     An index serves people; the changes of the others are searched from the newest on, so give {@code since} too
     * @param since only from this time on; null means all
     * @param before only entries with lower numbers, to continue a list; null begins with the newest
     * @param limit how many at the most
     */
    record Filter(
            Set<String> siteIds,
            @Nullable Long taskId,
            @Nullable Long incidentId,
            @Nullable String actor,
            @Nullable Instant since,
            @Nullable Long before,
            int limit) {
        public Filter {
            siteIds = Set.copyOf(siteIds);
            if (limit < 1) {
                throw new IllegalArgumentException("limit must be at least 1, not " + limit);
            }
        }

        /** Returns a filter for the changes of one task, up to a limit. */
        public static Filter ofTask(long taskId, int limit) {
            return new Filter(Set.of(), taskId, null, null, null, null, limit);
        }

        /** Returns a filter for the changes of one incident, up to a limit. */
        public static Filter ofIncident(long incidentId, int limit) {
            return new Filter(Set.of(), null, incidentId, null, null, null, limit);
        }

        /** Returns a filter for all entries, up to a limit. */
        public static Filter newest(int limit) {
            return new Filter(Set.of(), null, null, null, null, null, limit);
        }
    }

    /** What a change was. */
    enum Event {
        /** A cycle wrote a task for a resource that it was about to claim. */
        RESERVED,
        /** The claim was won, and the task is ready. */
        CLAIMED,
        /** The claim was lost, and the task is gone. */
        LOST,
        /** A later run found that an interrupted claim was won, and the task is ready. */
        RECOVERED,
        /** Another program wrote a task. */
        QUEUED,
        /** Another program changed the status of a task. */
        CHANGED,
        /** The task waits for a person's approval. */
        HELD,
        /** A person let a held task go on. */
        APPROVED,
        /** A worker has the task. */
        TAKEN,
        /** The worker has done a step, whose result is stored. */
        STEP_DONE,
        /** The worker is about to submit the case. */
        SUBMITTING,
        /** The worker has submitted the case, and the receipt is stored. */
        SUBMITTED,
        /** The task is done. */
        COMPLETED,
        /** The task failed and is not tried again. */
        FAILED,
        /** A worker's attempt failed and the task is tried again, or a person made an ended task ready again. */
        RETRIED,
        /** The handler put the task off. */
        DEFERRED,
        /** The worker gave the task back without an attempt. */
        RETURNED,
        /** A task that had to wait is ready. */
        DUE,
        /** The worker of the task was lost. */
        LEASE_LOST,
        /** A person ended the task. */
        CANCELLED,
        /** The claim was released in the system of record. */
        RELEASED,
        /** A person allowed the resource of an ended task to be queued again. */
        UNBLOCKED,
        /** The personal data of the task was deleted. */
        PRUNED,
        SITE_IMPORTED,
        /** A person changed settings of a site on the dashboard; the detail names them. */
        SITE_CHANGED,
        SITE_ENABLED,
        SITE_DISABLED,
        SITE_PAUSED,
        SITE_RESUMED,
        /** Somebody was made responsible for an incident, or nobody. */
        INCIDENT_ASSIGNED,
        INCIDENT_NOTED,
        /** A person closed the incident, or a run or a worker did because its cause is gone. */
        INCIDENT_RESOLVED;

        /** Returns the event as the store has it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the event with this code; empty if a later version wrote it. */
        public static Optional<Event> ofCode(String code) {
            return Arrays.stream(values())
                    .filter(event -> event.code().equals(code))
                    .findFirst();
        }
    }
}
