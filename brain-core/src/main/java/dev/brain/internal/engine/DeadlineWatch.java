package dev.brain.internal.engine;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.TaskQueue.DueTask;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens incidents for deadlines that are near or have passed: of tasks that have not ended, and of resources that are still
 * free after a cycle, whatever kept them from being claimed. Closes those whose deadline is met or moved.
 */
final class DeadlineWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);

    /** The number of tasks that are read at once. */
    private static final int PAGE = 1_000;

    /** The number of pages of tasks of all sites that one cycle reads. */
    private static final int PAGES = 20;

    /** The number of free resources of a site that one cycle looks at, apart from the last page. */
    private static final int MOST_FREE = 1_000;

    private final CycleContext context;
    private final Function<Site, SiteCounters> counters;
    private final Instant now;
    private final Map<String, Site> watched = new LinkedHashMap<>();
    private final Map<String, Instant> until = new LinkedHashMap<>();
    private final Map<String, Due> due = new LinkedHashMap<>();

    /** @param counters the counters of a site, whose report says if not everything could be looked at */
    DeadlineWatch(CycleContext context, Function<Site, SiteCounters> counters) {
        this.context = context;
        this.counters = counters;
        this.now = context.clock().instant();
    }

    /** What needs an incident at a site. Its messages are kept only until they are recorded. */
    private static final class Due {
        final Map<IncidentCode, Set<ResourceId>> needed = new EnumMap<>(IncidentCode.class);
        final Map<IncidentCode, Map<ResourceId, String>> unrecorded = new EnumMap<>(IncidentCode.class);
        boolean isComplete = true;

        void add(IncidentCode code, ResourceId id, String message) {
            if (!has(id)) {
                of(code).add(id);
                unrecorded.computeIfAbsent(code, key -> new LinkedHashMap<>()).put(id, message);
            }
        }

        Set<ResourceId> of(IncidentCode code) {
            return needed.computeIfAbsent(code, key -> new HashSet<>());
        }

        boolean has(ResourceId id) {
            return needed.values().stream().anyMatch(ids -> ids.contains(id));
        }
    }

    /**
     * Looks at all these sites. The failure of one does not affect the others. If more is due than one cycle looks at, the next
     * cycles go on where this one ended, after what is most urgent.
     */
    void run(Collection<Site> sites) {
        for (Site site : sites) {
            warnedAt(site).ifPresent(time -> {
                watched.put(site.id(), site);
                until.put(site.id(), time);
                due.put(site.id(), new Due());
            });
        }
        if (!addTasks()) {
            due.values().forEach(each -> each.isComplete = false);
            if (context.memory().deadlinesSeen().task() != null
                    && !context.stop().isStopped()) {
                String message = "more than " + PAGE * PAGES
                        + " tasks are near their deadlines or past them; this cycle looked at the most urgent and at some others";
                watched.values().stream()
                        .filter(site -> !dueAt(site).needed.isEmpty())
                        .forEach(site -> counters.apply(site).warning(message));
            }
        }
        for (Site site : watched.values()) {
            if (context.stop().isStopped()) {
                return;
            }
            Due ofSite = dueAt(site);
            if (site.active() && !attempt(site, () -> addFree(site, ofSite))) {
                ofSite.isComplete = false;
            }
            attempt(site, () -> closeMet(site.id(), ofSite));
        }
    }

    private Due dueAt(Site site) {
        return requireNonNull(due.get(site.id()));
    }

    /** Records the tasks that are due. Returns whether it has seen all of them. */
    private boolean addTasks() {
        CycleMemory.DeadlinesSeen seen = context.memory().deadlinesSeen();
        DueTask goOn = seen.task();
        seen.task(null);
        DueTask after = null;
        for (int page = 0; page < PAGES && !context.stop().isStopped(); page++) {
            List<DueTask> tasks = context.queue().dueBefore(until, after, PAGE);
            tasks.forEach(this::add);
            watched.values().forEach(site -> attempt(site, () -> record(site.id(), dueAt(site))));
            if (tasks.size() < PAGE) {
                return goOn == null;
            }
            after = tasks.get(tasks.size() - 1);
            if (page == 0 && goOn != null && isBefore(after, goOn)) {
                after = goOn;
            }
        }
        seen.task(after);
        return false;
    }

    private static boolean isBefore(DueTask one, DueTask other) {
        int order = one.deadline().compareTo(other.deadline());
        return order < 0 || (order == 0 && one.id() < other.id());
    }

    /** Returns whether the action succeeded. Whoever serves the site reports a failure. */
    private static boolean attempt(Site site, Runnable action) {
        try {
            action.run();
            return true;
        } catch (RuntimeException | Error e) {
            if (Cycle.isFatal(e)) {
                throw e;
            }
            LOG.warn(
                    "site {}: its deadlines can't be checked now: {}",
                    site.id(),
                    e instanceof BrainException known ? known.problem() : e.toString());
            LOG.debug("site {}: a look at its deadlines failed", site.id(), e);
            return false;
        }
    }

    /** Returns the time before which deadlines are near; empty if the site's settings are invalid. */
    private Optional<Instant> warnedAt(Site site) {
        try {
            return Optional.of(now.plus(Site.DEADLINE_WARNING.get(site.settings())));
        } catch (ConfigurationException e) {
            LOG.error("site {}: no deadline is watched until this is corrected: {}", site.id(), e.problem());
            return Optional.empty();
        }
    }

    private IncidentCode code(Instant deadline) {
        return deadline.isAfter(now) ? IncidentCode.DEADLINE_NEAR : IncidentCode.DEADLINE_MISSED;
    }

    private String phrase(Instant deadline) {
        return deadline.isAfter(now) ? "its deadline is " + deadline : "its deadline was " + deadline;
    }

    private void add(DueTask task) {
        Due ofSite = due.get(task.siteId());
        if (ofSite != null) {
            ofSite.add(
                    code(task.deadline()),
                    task.resourceId(),
                    "task " + task.id() + " is " + task.status().code() + ", and " + phrase(task.deadline()));
        }
    }

    /** Records the free resources. They are listed by deadline, so only the due ones are read, and at most one more page. */
    private void addFree(Site site, Due ofSite) {
        ResourceSource source = context.providers().sources().get(site.source());
        if (!source.hasDeadlines(site)) {
            return;
        }
        Map<String, Resource> seen = context.memory().deadlinesSeen().free();
        Resource goOn = seen.remove(site.id());
        int size = context.options().pageSize();
        Resource after = null;
        for (int read = 0; read < MOST_FREE; ) {
            Resource before = after;
            List<Resource> page = source.candidates(site, before, size);
            read += size;
            boolean isOver = page.size() < size;
            for (Resource resource : page) {
                Optional<Instant> deadline = deadline(source, site, resource);
                if (deadline.isPresent() && !deadline.get().isBefore(requireNonNull(until.get(site.id())))) {
                    isOver = true;
                    break;
                }
                deadline.ifPresent(time ->
                        ofSite.add(code(time), resource.id(), "it is free and was not claimed, and " + phrase(time)));
                after = resource.fault() == null ? resource : after;
            }
            record(site.id(), ofSite);
            if (isOver || Objects.equals(after, before) || isUndated(source, site, after)) {
                ofSite.isComplete &= goOn == null;
                return;
            }
            if (before == null && goOn != null) {
                // the most urgent ones are looked at in each cycle, and others too
                after = goOn;
                read = 0;
            }
        }
        ofSite.isComplete = false;
        if (after != null) {
            seen.put(site.id(), after);
        }
        counters.apply(site)
                .warning("more than " + MOST_FREE
                        + " free resources are near their deadlines or past them; this cycle looked at the most urgent and at"
                        + " some others");
    }

    /** Returns whether the list has come to the resources without a deadline. */
    private static boolean isUndated(ResourceSource source, Site site, @Nullable Resource resource) {
        try {
            return resource == null || source.deadline(site, resource).isEmpty();
        } catch (BrainException e) {
            return false;
        }
    }

    /** A deadline that can't be read is an incident of the row when it would be claimed. */
    private static Optional<Instant> deadline(ResourceSource source, Site site, Resource resource) {
        try {
            return resource.fault() == null ? source.deadline(site, resource) : Optional.empty();
        } catch (BrainException e) {
            return Optional.empty();
        }
    }

    /** Opens the incidents of what was added. */
    private void record(String siteId, Due ofSite) {
        for (Map.Entry<IncidentCode, Map<ResourceId, String>> entry : ofSite.unrecorded.entrySet()) {
            IncidentCode code = entry.getKey();
            Map<ResourceId, String> messages = entry.getValue();
            Set<ResourceId> known = context.open().has(siteId, code) && !messages.isEmpty()
                    ? context.queue().incidents().openOn(siteId, code, messages.keySet())
                    : Set.of();
            List<Report> reports = new ArrayList<>();
            messages.forEach((id, message) -> {
                if (!known.contains(id)) {
                    reports.add(new Report(code, siteId, id, message));
                }
            });
            context.events().report(reports);
        }
        ofSite.unrecorded.clear();
    }

    /** Closes the incidents of deadlines that are met or moved. If not everything was looked at, only those that were missed. */
    private void closeMet(String siteId, Due ofSite) {
        for (IncidentCode code : IncidentCode.OF_DEADLINES) {
            if (!context.open().has(siteId, code)) {
                continue;
            }
            if (ofSite.isComplete) {
                close(siteId, code, ofSite.of(code));
            } else if (code == IncidentCode.DEADLINE_NEAR) {
                context.queue().incidents().close(siteId, code, ofSite.of(IncidentCode.DEADLINE_MISSED));
            }
        }
    }

    /** Closes the open incidents of that code on all other resources of a site. */
    private void close(String siteId, IncidentCode code, Set<ResourceId> needed) {
        IncidentLog incidents = context.queue().incidents();
        ResourceId after = null;
        List<Incident> page;
        do {
            page = incidents.open(siteId, code, after, PAGE);
            List<ResourceId> open = page.stream()
                    .flatMap(incident -> Stream.ofNullable(incident.report().resourceId()))
                    .toList();
            List<ResourceId> met =
                    open.stream().filter(id -> !needed.contains(id)).toList();
            if (!met.isEmpty()) {
                incidents.close(siteId, code, met);
            }
            after = open.isEmpty() ? null : open.get(open.size() - 1);
        } while (page.size() == PAGE);
    }
}
