package dev.brain.internal.engine;

import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.resource.ResourceId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The incidents of a dry run: those of the real log, with what the run would open and close kept in memory. */
final class DryRunIncidents implements IncidentLog {
    private final IncidentLog real;
    private final Clock clock;
    private final Map<Key, Incident> opened = new LinkedHashMap<>();
    private final Set<Key> closed = new HashSet<>();
    private final List<Listener> listeners = new ArrayList<>();

    private long lastId;

    /** What an open incident is about; there is one at most. */
    private record Key(
            String siteId, IncidentCode code, @Nullable ResourceId resourceId) {
        static Key of(Report report) {
            return new Key(report.siteId(), report.code(), report.resourceId());
        }
    }

    DryRunIncidents(IncidentLog real, Clock clock) {
        this.real = real;
        this.clock = clock;
    }

    @Override
    public List<Report> report(List<Report> reports) {
        List<Report> fresh = new ArrayList<>();
        for (Report report : reports) {
            boolean isOpened = !opened.containsKey(Key.of(report)) && !isOpen(report);
            if (isOpened) {
                fresh.add(report);
                lastId--;
                opened.put(
                        Key.of(report), new Incident(lastId, report, 1, clock.instant(), clock.instant(), null, null));
            }
            listeners.forEach(listener -> listener.recorded(report, isOpened));
        }
        return fresh;
    }

    private boolean isOpen(Report report) {
        ResourceId id = report.resourceId();
        if (closed.contains(Key.of(report))) {
            return false;
        }
        return id == null
                ? real.openOfSites(report.code()).stream()
                        .anyMatch(incident -> incident.report().siteId().equals(report.siteId()))
                : !real.openOn(report.siteId(), report.code(), List.of(id)).isEmpty();
    }

    @Override
    public Subscription listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Set<ResourceId> openOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        Set<ResourceId> inLog = real.openOn(siteId, code, resourceIds);
        return resourceIds.stream()
                .filter(id -> opened.containsKey(new Key(siteId, code, id))
                        || (inLog.contains(id) && !closed.contains(new Key(siteId, code, id))))
                .collect(Collectors.toSet());
    }

    @Override
    public Set<ResourceId> everOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        Set<ResourceId> inLog = real.everOn(siteId, code, resourceIds);
        return resourceIds.stream()
                .filter(id -> inLog.contains(id) || opened.containsKey(new Key(siteId, code, id)))
                .collect(Collectors.toSet());
    }

    @Override
    public void closeOfSite(String siteId, Collection<IncidentCode> codes) {
        codes.forEach(code -> close(new Key(siteId, code, null)));
    }

    @Override
    public void close(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        resourceIds.forEach(id -> close(new Key(siteId, code, id)));
    }

    private void close(Key key) {
        opened.remove(key);
        closed.add(key);
    }

    @Override
    public List<Incident> open(String siteId, IncidentCode code, @Nullable ResourceId after, int limit) {
        Stream<Incident> own = opened.values().stream()
                .filter(incident -> incident.report().siteId().equals(siteId)
                        && incident.report().code() == code
                        && incident.report().resourceId() != null)
                .filter(incident -> after == null || text(incident).compareTo(after.value()) > 0);
        return Stream.concat(own, stillOpen(real.open(siteId, code, after, limit)))
                .sorted(Comparator.comparing(DryRunIncidents::text))
                .limit(limit)
                .toList();
    }

    private static String text(Incident incident) {
        ResourceId id = incident.report().resourceId();
        return id == null ? "" : id.value();
    }

    private Stream<Incident> stillOpen(List<Incident> incidents) {
        return incidents.stream().filter(incident -> !closed.contains(Key.of(incident.report())));
    }

    @Override
    public Map<String, Set<IncidentCode>> openCodes() {
        Map<String, Set<IncidentCode>> codes = new HashMap<>(real.openCodes());
        for (Key key : opened.keySet()) {
            codes.merge(key.siteId(), Set.of(key.code()), (some, more) -> {
                Set<IncidentCode> both = new HashSet<>(some);
                both.addAll(more);
                return both;
            });
        }
        return codes;
    }

    @Override
    public List<Incident> openOfSites(IncidentCode code) {
        Stream<Incident> own = opened.values().stream()
                .filter(incident ->
                        incident.report().code() == code && incident.report().resourceId() == null);
        return Stream.concat(stillOpen(real.openOfSites(code)), own).toList();
    }

    @Override
    public boolean resolve(Actor actor, long id, @Nullable String note) {
        throw new IllegalStateException("a dry run resolves no incident");
    }

    @Override
    public boolean assign(Actor actor, long id, @Nullable String assignee) {
        throw new IllegalStateException("a dry run assigns no incident");
    }

    @Override
    public boolean note(Actor actor, long id, String note) {
        throw new IllegalStateException("a dry run adds no note");
    }

    @Override
    public Optional<Incident> find(long id) {
        return real.find(id);
    }

    @Override
    public List<Incident> list(Filter filter) {
        return real.list(filter);
    }
}
