package dev.brain.internal.engine;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** The number of tasks of all sites, and of free resources of a site, that one cycle looks at, the most urgent first. */
    private static final int MOST = 1_000;

    private final CycleContext context;
    private final Instant now;

    DeadlineWatch(CycleContext context) {
        this.context = context;
        this.now = context.clock().instant();
    }

    /** The messages of the incidents that a site needs, by code and resource. */
    private static final class Due {
        final Map<IncidentCode, Map<ResourceId, String>> messages = new EnumMap<>(IncidentCode.class);
        boolean isComplete = true;

        Map<ResourceId, String> of(IncidentCode code) {
            return messages.computeIfAbsent(code, key -> new LinkedHashMap<>());
        }

        boolean has(ResourceId id) {
            return messages.values().stream().anyMatch(byId -> byId.containsKey(id));
        }
    }

    /** Looks at all these sites. The failure of one does not affect the others. */
    void run(Collection<Site> sites) {
        Map<String, Instant> until = new LinkedHashMap<>();
        for (Site site : sites) {
            warnedAt(site).ifPresent(time -> until.put(site.id(), time));
        }
        List<DueTask> tasks = context.queue().dueBefore(until, MOST);
        Map<String, List<DueTask>> bySite = tasks.stream().collect(Collectors.groupingBy(DueTask::siteId));
        for (Site site : sites) {
            Instant time = until.get(site.id());
            if (time != null && !context.stop().isStopped()) {
                Due due = new Due();
                due.isComplete = tasks.size() < MOST;
                bySite.getOrDefault(site.id(), List.of()).forEach(task -> add(due, task));
                if (site.active() && !attempt(site, () -> addFree(site, time, due))) {
                    due.isComplete = false;
                }
                attempt(site, () -> record(site.id(), due));
            }
        }
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

    private void add(Due due, DueTask task) {
        due.of(code(task.deadline()))
                .put(
                        task.resourceId(),
                        "task " + task.id() + " is " + task.status().code() + ", and " + phrase(task.deadline()));
    }

    /** Adds the free resources. They are listed by deadline, so only the due ones are read, and at most one more page. */
    private void addFree(Site site, Instant until, Due due) {
        ResourceSource source = context.providers().sources().get(site.source());
        if (!source.hasDeadlines(site)) {
            return;
        }
        int size = context.options().pageSize();
        Resource after = null;
        int seen = 0;
        while (true) {
            Resource before = after;
            List<Resource> page = source.candidates(site, before, size);
            for (Resource resource : page) {
                Optional<Instant> deadline = deadline(source, site, resource);
                if (deadline.isPresent() && !deadline.get().isBefore(until)) {
                    return;
                }
                if (deadline.isPresent() && !due.has(resource.id())) {
                    due.of(code(deadline.get()))
                            .put(resource.id(), "it is free and was not claimed, and " + phrase(deadline.get()));
                }
                after = resource.fault() == null ? resource : after;
            }
            seen += page.size();
            if (page.size() < size || Objects.equals(after, before) || isUndated(source, site, after)) {
                return;
            }
            if (seen >= MOST) {
                due.isComplete = false;
                return;
            }
        }
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

    private void record(String siteId, Due due) {
        IncidentLog incidents = context.queue().incidents();
        for (IncidentCode code : IncidentCode.OF_DEADLINES) {
            Map<ResourceId, String> needed = due.of(code);
            boolean hasOpen = context.open().has(siteId, code);
            if (hasOpen && due.isComplete) {
                close(siteId, code, needed.keySet());
            } else if (hasOpen && code == IncidentCode.DEADLINE_NEAR) {
                incidents.close(
                        siteId, code, due.of(IncidentCode.DEADLINE_MISSED).keySet());
            }
            Set<ResourceId> known =
                    hasOpen && !needed.isEmpty() ? incidents.openOn(siteId, code, needed.keySet()) : Set.of();
            List<Report> reports = new ArrayList<>();
            needed.forEach((id, message) -> {
                if (!known.contains(id)) {
                    reports.add(new Report(code, siteId, id, message));
                }
            });
            context.events().report(reports);
        }
    }

    /** Closes the open incidents of that code on all other resources of a site. */
    private void close(String siteId, IncidentCode code, Set<ResourceId> needed) {
        IncidentLog incidents = context.queue().incidents();
        ResourceId after = null;
        List<Incident> page;
        do {
            page = incidents.open(siteId, code, after, MOST);
            List<ResourceId> open = page.stream()
                    .flatMap(incident -> Stream.ofNullable(incident.report().resourceId()))
                    .toList();
            List<ResourceId> met =
                    open.stream().filter(id -> !needed.contains(id)).toList();
            if (!met.isEmpty()) {
                incidents.close(siteId, code, met);
            }
            after = open.isEmpty() ? null : open.get(open.size() - 1);
        } while (page.size() == MOST);
    }
}
