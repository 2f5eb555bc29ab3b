package dev.brain.internal.engine;

import dev.brain.incident.IncidentLog;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.DueTask;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.SettledAndReserved;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskQueue.VisibleTask;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a dry run: keeps its reservations and incidents in memory, over queries of the real queue. It writes
 * nothing, and selects what a real run would select. Not thread-safe.
 */
final class DryRunQueue implements ClaimQueue {
    private final ClaimQueue real;
    private final Clock clock;
    private final DryRunIncidents incidents;
    /** The reservations of this run with their statuses, by number. The numbers are negative. */
    private final Map<Long, Reservation> reserved = new LinkedHashMap<>();

    private final Set<Long> confirmed = new HashSet<>();
    /** Reservations of earlier runs that this run would drop. */
    private final Map<Long, Reservation> dropped = new LinkedHashMap<>();

    private long lastId;

    DryRunQueue(ClaimQueue real, Clock clock) {
        this.real = real;
        this.clock = clock;
        this.incidents = new DryRunIncidents(real.incidents(), clock);
    }

    @Override
    public Map<ResourceId, QueueState> standings(String siteId, Collection<ResourceId> ids) {
        Map<ResourceId, QueueState> states = new LinkedHashMap<>(real.standings(siteId, ids));
        Set<ResourceId> wanted = Set.copyOf(ids);
        for (Reservation reservation : dropped.values()) {
            if (isOf(siteId, reservation) && wanted.contains(reservation.resourceId())) {
                states.remove(reservation.resourceId());
                stateWithout(reservation).ifPresent(state -> states.put(reservation.resourceId(), state));
            }
        }
        reserved.values().stream()
                .filter(reservation -> isOf(siteId, reservation) && wanted.contains(reservation.resourceId()))
                .forEach(reservation -> states.put(reservation.resourceId(), QueueState.ACTIVE));
        return states;
    }

    /** Returns the state of a resource without a dropped reservation. It is not blocked, or it had not been reserved. */
    private Optional<QueueState> stateWithout(Reservation reservation) {
        List<ResourceTask> others = tasksOf(reservation.resourceId()).stream()
                .filter(task -> isOf(task.siteId(), reservation))
                .toList();
        if (others.stream().anyMatch(task -> task.status().isActive())) {
            return Optional.of(QueueState.ACTIVE);
        }
        return others.stream()
                .findFirst()
                .filter(latest -> latest.status() == TaskStatus.COMPLETED)
                .map(latest -> QueueState.COMPLETED);
    }

    private static boolean isOf(String siteId, Reservation reservation) {
        return reservation.draft().siteId().equals(siteId);
    }

    @Override
    public List<Reservation> reserve(List<TaskDraft> drafts) {
        List<Reservation> reservations = new ArrayList<>();
        for (TaskDraft draft : drafts) {
            ResourceId id = draft.resource().id();
            QueueState state = standings(draft.siteId(), List.of(id)).get(id);
            if (state != QueueState.ACTIVE && state != QueueState.BLOCKED) {
                lastId--;
                Reservation reservation = new Reservation(lastId, draft, clock.instant());
                reserved.put(lastId, reservation);
                reservations.add(reservation);
            }
        }
        return reservations;
    }

    @Override
    public SettledAndReserved settleAndReserve(List<Settlement> settlements, List<TaskDraft> drafts) {
        List<VisibleTask> visible = new ArrayList<>();
        for (Settlement settlement : settlements) {
            Reservation reservation = settlement.reservation();
            if (settlement.verdict() == Verdict.CONFIRM) {
                if (confirmed.add(reservation.id())) {
                    visible.add(new VisibleTask(reservation.id(), reservation, status(reservation) == TaskStatus.HELD));
                }
            } else if (!confirmed.contains(reservation.id()) && reserved.remove(reservation.id()) == null) {
                dropped.put(reservation.id(), reservation);
            }
        }
        return new SettledAndReserved(visible, reserve(drafts));
    }

    @Override
    public List<Reservation> unsettled() {
        return open(real.unsettled());
    }

    @Override
    public List<Reservation> overdue(Instant before) {
        return open(real.overdue(before));
    }

    private List<Reservation> open(List<Reservation> reservations) {
        return reservations.stream()
                .filter(reservation -> !confirmed.contains(reservation.id()) && !dropped.containsKey(reservation.id()))
                .toList();
    }

    @Override
    public List<Task> unreadable() {
        return real.unreadable();
    }

    @Override
    public List<ResourceTask> tasksOf(ResourceId id) {
        Stream<ResourceTask> own = reserved.values().stream()
                .filter(reservation -> reservation.resourceId().equals(id))
                .map(reservation -> ResourceTask.of(
                        reservation, confirmed.contains(reservation.id()) ? status(reservation) : TaskStatus.CLAIMING));
        return Stream.concat(own, real.tasksOf(id).stream().filter(task -> !dropped.containsKey(task.id())))
                .toList();
    }

    private static TaskStatus status(Reservation reservation) {
        return reservation.draft().payload().holdReason() == null ? TaskStatus.PENDING : TaskStatus.HELD;
    }

    @Override
    public List<DueTask> dueBefore(Map<String, Instant> until, @Nullable DueTask after, int limit) {
        return real.dueBefore(until, after, limit);
    }

    @Override
    public Set<String> pausedSites() {
        return real.pausedSites();
    }

    /** Changes nothing: a swept task of a resource stays active, or becomes blocked, and both keep it out. */
    @Override
    public void sweep() {}

    @Override
    public IncidentLog incidents() {
        return incidents;
    }
}
