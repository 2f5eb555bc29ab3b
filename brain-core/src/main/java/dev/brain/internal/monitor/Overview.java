package dev.brain.internal.monitor;

import static java.util.Objects.requireNonNull;

import dev.brain.cycle.CycleReport;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteState;
import dev.brain.queue.TaskStatus;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a store at one time. Immutable.
 *
 * @param readAt when they were read; null if they never could be
 * @param problem why they could not be read again since then; null if nothing is wrong
 * @param sites the sites that are configured or have tasks, in the order of their ids
 * @param incidents the open incidents, in the order of the sites' ids
 * @param siteStates the sites that are paused or whose last tasks failed, in the order of their ids
 * @param workers who has tasks in work, in the order of their names
 * @param runs the runs that show that they are alive; empty if the engine lists none
 * @param cycles the last cycles, the newest first
 */
public record Overview(
        @Nullable Instant readAt,
        @Nullable String problem,
        List<SiteFigures> sites,
        List<OpenIncidents> incidents,
        List<SiteState> siteStates,
        List<WorkerFigures> workers,
        List<LivingRun> runs,
        List<Cycle> cycles) {
    /** What is known before anything was read. */
    public static final Overview NONE =
            new Overview(null, null, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Overview {
        sites = List.copyOf(sites);
        incidents = List.copyOf(incidents);
        siteStates = List.copyOf(siteStates);
        workers = List.copyOf(workers);
        runs = List.copyOf(runs);
        cycles = List.copyOf(cycles);
    }

    /** Returns these figures as those of a store that can't be read just now. */
    public Overview withProblem(String why) {
        return new Overview(readAt, why, sites, incidents, siteStates, workers, runs, cycles);
    }

    /**
     * The figures of a site.
     *
     * @param siteId the site
     * @param tasks the tasks of each status that has some: all active ones, and the failed ones that block their
     *     resource. The others that have ended are not counted
     * @param oldestWaiting when the oldest pending task was queued; null if there is none
     * @param late the active tasks whose deadline has passed
     * @param nextDeadline the next deadline of an active task that has not passed; null if there is none
     * @param days the active tasks whose deadline is in the rest of today, tomorrow, and so on for a week
     * @param hours the last 24 hours, the current one last
     */
    public record SiteFigures(
            String siteId,
            Map<TaskStatus, Count> tasks,
            @Nullable Instant oldestWaiting,
            Count late,
            @Nullable Instant nextDeadline,
            List<Day> days,
            List<Hour> hours) {
        public SiteFigures {
            requireNonNull(siteId, "siteId");
            Map<TaskStatus, Count> copy = new EnumMap<>(TaskStatus.class);
            copy.putAll(tasks);
            tasks = Collections.unmodifiableMap(copy);
            requireNonNull(late, "late");
            days = List.copyOf(days);
            hours = List.copyOf(hours);
        }

        /** Returns the tasks of one status. */
        public Count tasks(TaskStatus status) {
            return tasks.getOrDefault(status, Count.NONE);
        }
    }

    /** The tasks whose deadline is on a day. */
    public record Day(LocalDate date, Count due) {}

    /**
     * The tasks that ended in an hour.
     *
     * @param from when the hour began
     * @param failed those that are still failed
     */
    public record Hour(Instant from, Count completed, Count failed) {}

    /** The open incidents of a site with one code. */
    public record OpenIncidents(String siteId, IncidentCode code, Count open) {}

    /**
     * A worker with tasks.
     *
     * @param owner the name that its leases have; null for workers of other programs, which have none
     * @param tasks how many it has
     * @param since when it took the first of them; null if that is unknown
     * @param leaseUntil when the last of its leases runs out unless it is renewed; null if it has none
     */
    public record WorkerFigures(
            @Nullable String owner,
            Count tasks,
            @Nullable Instant since,
            @Nullable Instant leaseUntil) {}

    /**
     * A run: a process, or a part of it, that uses the store.
     *
     * @param name host, process and start of the process are its first parts
     * @param seenAt its last sign
     */
    public record LivingRun(String name, Instant seenAt) {}

    /**
     * A cycle that is done.
     *
     * @param number higher for later cycles
     * @param run who ran it
     * @param endedAt when it was recorded
     */
    public record Cycle(long number, String run, Instant endedAt, CycleReport report) {}
}
