package dev.brain;

import dev.brain.check.Finding;
import dev.brain.claim.LoginException;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SyncScope;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.StopSignal;
import dev.brain.queue.Reservation;
import dev.brain.queue.SiteState;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.PatternException;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cycle: recovers what earlier runs left, then serves the sites round by round. */
final class Cycle {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);
    /** The incidents that close after a site was served without an error. */
    private static final Set<IncidentCode> PASSING = Set.of(
            IncidentCode.SOURCE_UNREACHABLE,
            IncidentCode.CONFIGURATION_INVALID,
            IncidentCode.PATTERN_INVALID,
            IncidentCode.LOGIN_FAILED);

    private final Services services;
    private final TaskQueue queue;
    private final SiteRegistry registry;
    private final Options options;
    private final Clock clock;
    private final StopSignal stop;
    private final Events events;
    private final boolean dry;
    private final SharedClaimants shared;
    private final ReadBack readBack;
    private final Recovery recovery;

    /** The name of the source of each configured site. */
    private final Map<String, String> sources = new HashMap<>();

    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final List<String> errors = new ArrayList<>();

    /**
     * The state that a Brain keeps from one cycle to the next.
     *
     * @param orphansSoughtAt when claims without a task were last searched for, by site and claimant
     * @param unrecorded incidents of a shared claimant that could not be recorded yet
     */
    record Memory(Map<String, Instant> orphansSoughtAt, List<Report> unrecorded) {
        Memory() {
            this(new HashMap<>(), new ArrayList<>());
        }

        /** A dry run discards its state. */
        Memory copy() {
            return new Memory(new HashMap<>(orphansSoughtAt), new ArrayList<>(unrecorded));
        }
    }

    Cycle(
            Services services,
            TaskQueue queue,
            SiteRegistry registry,
            Options options,
            Clock clock,
            StopSignal stop,
            Events events,
            Memory memory,
            boolean dry) {
        this.services = services;
        this.queue = queue;
        this.registry = registry;
        this.options = options;
        this.clock = clock;
        this.stop = stop;
        this.events = events;
        this.dry = dry;
        this.shared = new SharedClaimants(events, sources::get, memory.unrecorded());
        this.readBack = new ReadBack(queue, options, clock, stop, events, shared);
        this.recovery = new Recovery(queue, readBack, options, clock, events, memory.orphansSoughtAt());
    }

    /**
     * Serves every active site.
     *
     * @param enabled only these sites; empty means all
     */
    CycleReport run(Set<String> enabled) {
        return report(() -> {
            List<Site> configured = registry.sites();
            configured.forEach(site -> sources.put(site.id(), site.source()));
            List<Site> sites = configured.stream()
                    .filter(site -> enabled.isEmpty() || enabled.contains(site.id()))
                    .sorted(Comparator.comparingInt(Site::priority).reversed().thenComparing(Site::id))
                    .toList();
            registry.check().stream()
                    .filter(finding -> finding.level() == Finding.Level.ERROR)
                    .filter(finding -> enabled.isEmpty() || enabled.contains(finding.subject()))
                    .forEach(finding -> errors.add(finding.subject() + ": " + finding.message()));
            List<Site> active = sites.stream().filter(Site::active).toList();
            active.forEach(site -> tallies.put(site.id(), new Tally(site.id(), dry)));
            events.tell(
                    new BrainEvent.CycleStarted(active.stream().map(Site::id).toList()));
            // workers do that too, but the one that others run may only see what is pending
            queue.sweep();
            recover(sites, enabled);
            Map<Site, SitePass> passes = new LinkedHashMap<>();
            Set<String> paused = paused();
            for (Site site : active) {
                if (paused.contains(site.id())) {
                    LOG.warn("{}site {} is paused: nothing is claimed for it", Tally.mark(dry), site.id());
                    tally(site).pause();
                    continue;
                }
                attempt(site, () -> passes.put(site, begin(site)));
            }
            roundRobin(passes);
        });
    }

    /**
     * Claims and queues one resource, whose reference must match the site's pattern and which must be free or the
     * claimant's.
     */
    CycleReport only(Site site, ResourceId id, SyncScope scope) {
        return report(() -> {
            registry.sites().forEach(other -> sources.put(other.id(), other.source()));
            tallies.put(site.id(), new Tally(site.id(), dry));
            recover(List.of(site), Set.of(site.id()));
            attempt(site, () -> {
                if (paused().contains(site.id())) {
                    tally(site).pause();
                    throw new BrainException("it is paused, so nothing is claimed for it; resume it first");
                }
                refuseShared(site, null);
                Contradictions.requireNone(site, events);
                ServedSite served = ServedSite.of(site, services, dry);
                Resource resource = SitePass.fromSource(() -> served.source().find(site, id))
                        .orElseThrow(
                                () -> new BrainException("there is no resource " + id + " in the system of record"));
                if (scope == SyncScope.SITE
                        && !SitePass.fromSource(() -> served.source().isInScope(site, id))) {
                    throw new BrainException("resource " + id + " is not among those that the site selects: sync it for"
                            + " the site that selects it, or allow any scope");
                }
                Claimant claimant = served.strategy().claimant(site);
                refuseShared(site, claimant);
                SitePass pass = pass(served, claimant);
                pass.only(resource);
                finished(site, pass);
            });
        });
    }

    /** Returns the paused sites; their earlier claims are still recovered. */
    private Set<String> paused() {
        return queue.siteStates().stream()
                .filter(SiteState::paused)
                .map(SiteState::siteId)
                .collect(Collectors.toSet());
    }

    private CycleReport report(Runnable work) {
        Instant startedAt = clock.instant();
        try {
            work.run();
        } catch (BrainException e) {
            LOG.error("{}the cycle ended early: {}", Tally.mark(dry), e.getMessage());
            errors.add(String.valueOf(e.getMessage()));
        }
        CycleReport report = new CycleReport(
                startedAt,
                Duration.between(startedAt, clock.instant()),
                tallies.values().stream().map(Tally::report).toList(),
                errors);
        events.tell(new BrainEvent.CycleFinished(report));
        return report;
    }

    private void recover(List<Site> sites, Set<String> enabled) {
        Map<String, List<Reservation>> unsettled = queue.unsettled().stream()
                .collect(Collectors.groupingBy(
                        reservation -> reservation.draft().siteId(), LinkedHashMap::new, Collectors.toList()));
        for (Site site : sites) {
            List<Reservation> reservations = unsettled.get(site.id());
            if (reservations != null && !stop.isStopped()) {
                // an inactive site claims nothing more, but what it has claimed must not be forgotten
                attempt(
                        site,
                        () -> recovery.settle(
                                site,
                                services.sources().get(site.source()),
                                isReadBack(site),
                                reservations,
                                tally(site)));
            }
        }
        unreadable(sites, enabled);
        sites.forEach(site -> unsettled.remove(site.id()));
        unsettled.forEach((siteId, reservations) -> {
            if (enabled.isEmpty() || enabled.contains(siteId)) {
                errors.add(reservations.size() + " claims of site " + siteId
                        + " can't be read back, because there is no such site"
                        + " any more: configure it again, inactive if need be, until they are settled");
            }
        });
    }

    private void unreadable(List<Site> sites, Set<String> enabled) {
        Map<String, List<Task>> unreadable = queue.unreadable().stream().collect(Collectors.groupingBy(Task::siteId));
        for (Site site : sites) {
            List<Task> tasks = unreadable.remove(site.id());
            if (tasks != null) {
                recovery.unreadable(site.id(), tasks, tally(site));
            }
        }
        unreadable.forEach((siteId, tasks) -> {
            if (enabled.isEmpty() || enabled.contains(siteId)) {
                errors.add("task " + tasks.get(0).id() + " of site " + siteId
                        + " can't be read as a reservation, and the"
                        + " site no longer exists: find out who holds its resource, and end the task by hand");
            }
        });
    }

    /** Claims are read back even if their strategy is missing; then they get the maximum time. */
    private boolean isReadBack(Site site) {
        try {
            return services.claims().get(site.claim()).isReadBack();
        } catch (ConfigurationException e) {
            return true;
        }
    }

    private void refuseShared(Site site, @Nullable Claimant claimant) {
        shared.signAtStart(site, claimant).ifPresent(sign -> {
            throw new BrainException(sign);
        });
    }

    private SitePass begin(Site site) {
        // before a login, which is needless then
        refuseShared(site, null);
        ServedSite served = ServedSite.of(site, services, dry);
        served.unknownPlaceholders().ifPresent(unknown -> {
            throw new ConfigurationException("the URL template " + unknown);
        });
        Contradictions.requireNone(site, events);
        Claimant claimant = served.strategy().claimant(site);
        refuseShared(site, claimant);
        SitePass pass = pass(served, claimant);
        recovery.orphans(served, claimant, pass, stop, tally(site));
        return pass;
    }

    private SitePass pass(ServedSite served, Claimant claimant) {
        return new SitePass(served, claimant, queue, readBack, shared, options, clock, events, tally(served.site()));
    }

    private void roundRobin(Map<Site, SitePass> passes) {
        Map<Site, SitePass> going = new LinkedHashMap<>(passes);
        Set<String> clean = new LinkedHashSet<>();
        while (!going.isEmpty() && !stop.isStopped()) {
            for (Map.Entry<Site, SitePass> entry : List.copyOf(going.entrySet())) {
                Site site = entry.getKey();
                if (stop.isStopped()) {
                    break;
                }
                boolean[] more = {false};
                attempt(site, () -> more[0] = entry.getValue().step());
                events.tell(new BrainEvent.SiteProgressed(tally(site).report()));
                if (!more[0]) {
                    going.remove(site);
                    attempt(site, () -> finished(site, entry.getValue()));
                    if (!tally(site).hasErrors()) {
                        attempt(site, () -> events.incidents().settleSite(site.id(), PASSING));
                        if (entry.getValue().hasPayload()) {
                            attempt(
                                    site,
                                    () -> events.incidents()
                                            .settleSite(site.id(), Set.of(IncidentCode.PAYLOAD_INVALID)));
                        }
                        clean.add(site.id());
                    }
                }
            }
        }
        if (!dry && !clean.isEmpty()) {
            registry.synced(clean, clock.instant());
        }
    }

    private void finished(Site site, SitePass pass) {
        pass.finish();
        Tally tally = tally(site);
        LOG.info("{}", tally);
        events.tell(new BrainEvent.SiteFinished(tally.report()));
    }

    /** A site's failure is reported and stops only that site. */
    private void attempt(Site site, Runnable work) {
        try {
            work.run();
        } catch (SitePass.SourceFailure e) {
            failed(site, e.code(), e);
        } catch (LoginException e) {
            failed(site, IncidentCode.LOGIN_FAILED, e);
        } catch (PatternException e) {
            failed(site, IncidentCode.PATTERN_INVALID, e);
        } catch (ConfigurationException e) {
            failed(site, IncidentCode.CONFIGURATION_INVALID, e);
        } catch (RuntimeException | LinkageError e) {
            // a plug-in that lacks a class, or was built for another version, is one site's affair too
            failed(site, null, e);
        }
    }

    private void failed(Site site, @Nullable IncidentCode code, Throwable failure) {
        String message = failure instanceof BrainException && failure.getMessage() != null
                ? withoutSite(site, failure.getMessage())
                : failure.toString();
        LOG.debug("site {} failed", site.id(), failure);
        tally(site).error(message);
        if (code != null) {
            events.report(List.of(new Report(code, site.id(), null, message)));
        }
    }

    /** Returns a message without its leading site, which the report already names. */
    static String withoutSite(Site site, String message) {
        String prefix = "site " + site.id() + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    private Tally tally(Site site) {
        return tallies.computeIfAbsent(site.id(), id -> new Tally(id, dry));
    }
}
