package dev.brain.dashboard.internal.page;

import dev.brain.cycle.SiteReport;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Cycle;
import dev.brain.internal.monitor.Overview.OpenIncidents;
import dev.brain.internal.monitor.Overview.SiteFigures;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A site with its figures.
 *
 * @param site how it is configured; null if the queue only has tasks of it
 * @param limits its limits; those of a site without settings if they are invalid
 * @param until when the state ends by itself; null if it does not
 * @param failures its technical failures in a row
 * @param tasks its figures; null if there are none yet
 * @param incidents its open incidents
 * @param report what the last cycle did for it; null if that is unknown
 * @param cycle that cycle; null if it is unknown
 */
public record SiteRow(
        String id,
        @Nullable Site site,
        SiteLimits limits,
        State state,
        @Nullable Instant until,
        int failures,
        @Nullable SiteFigures tasks,
        Count incidents,
        @Nullable SiteReport report,
        @Nullable Cycle cycle) {
    /** Whether work goes on, and what keeps it from that. */
    public enum State {
        ACTIVE("completed"),
        /** Cycles do not look for its work. */
        INACTIVE("cancelled"),
        /** A person paused it. */
        PAUSED("held"),
        /** So many tasks failed in a row that workers take none for a while. */
        BROKEN("failed"),
        /** Its working hours are over. */
        CLOSED("scheduled"),
        /** There are tasks of it, but nobody has imported it. */
        UNKNOWN("cancelled");

        private final String tone;

        State(String tone) {
            this.tone = tone;
        }

        /** Returns the status of a task that looks alike. */
        public String tone() {
            return tone;
        }
    }

    static SiteRow of(String id, @Nullable Site site, Map<String, SiteState> states, Overview overview, Instant now) {
        SiteLimits limits = site == null ? SiteLimits.none(id) : limits(site);
        SiteState stored = states.getOrDefault(id, new SiteState(id, false, 0, null));
        Instant brokenUntil = brokenUntil(stored, limits, now);
        SiteLimits.WorkingHours hours = limits.hours();
        Instant opensAt = hours == null || hours.isOpen(now) ? null : hours.nextOpening(now);
        Optional<Cycle> last = overview.cycles().stream()
                .filter(cycle -> report(cycle, id).isPresent())
                .findFirst();
        State state = state(site, stored, brokenUntil, opensAt);
        return new SiteRow(
                id,
                site,
                limits,
                state,
                state == State.BROKEN ? brokenUntil : state == State.CLOSED ? opensAt : null,
                stored.failures(),
                overview.sites().stream()
                        .filter(figures -> figures.siteId().equals(id))
                        .findFirst()
                        .orElse(null),
                overview.incidents().stream()
                        .filter(open -> open.siteId().equals(id))
                        .map(OpenIncidents::open)
                        .reduce(Count.NONE, Count::plus),
                last.flatMap(cycle -> report(cycle, id)).orElse(null),
                last.orElse(null));
    }

    private static State state(
            @Nullable Site site, SiteState stored, @Nullable Instant brokenUntil, @Nullable Instant opensAt) {
        if (stored.paused()) {
            return State.PAUSED;
        }
        if (site == null) {
            return State.UNKNOWN;
        }
        if (!site.active()) {
            return State.INACTIVE;
        }
        return brokenUntil != null ? State.BROKEN : opensAt != null ? State.CLOSED : State.ACTIVE;
    }

    private static SiteLimits limits(Site site) {
        try {
            return SiteLimits.of(site.id(), site.settings());
        } catch (ConfigurationException e) {
            // a check shows it
            return SiteLimits.none(site.id());
        }
    }

    private static @Nullable Instant brokenUntil(SiteState stored, SiteLimits limits, Instant now) {
        SiteLimits.Breaker breaker = limits.breaker();
        Instant failedAt = stored.failedAt();
        if (failedAt == null || breaker.failures() == 0 || stored.failures() < breaker.failures()) {
            return null;
        }
        Instant until = failedAt.plus(breaker.pause());
        return until.isAfter(now) ? until : null;
    }

    private static Optional<SiteReport> report(Cycle cycle, String siteId) {
        return cycle.report().sites().stream()
                .filter(site -> site.siteId().equals(siteId))
                .findFirst();
    }

    /** Returns its tasks of one status. */
    public Count count(TaskStatus status) {
        return tasks == null ? Count.NONE : tasks.tasks(status);
    }

    public Count waiting() {
        return List.of(TaskStatus.PENDING, TaskStatus.SCHEDULED).stream()
                .map(this::count)
                .reduce(Count.NONE, Count::plus);
    }

    public Count inWork() {
        return count(TaskStatus.PROCESSING);
    }

    public Count held() {
        return count(TaskStatus.HELD);
    }

    public Count failed() {
        return count(TaskStatus.FAILED);
    }

    public Count late() {
        return tasks == null ? Count.NONE : tasks.late();
    }

    public boolean isPaused() {
        return state == State.PAUSED;
    }
}
