package dev.brain.internal.engine;

import dev.brain.check.Finding;
import dev.brain.claim.LoginException;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SyncScope;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.site.PatternException;
import dev.brain.queue.SiteLimits.WorkingHours;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cycle: recovers what earlier runs left, then serves the sites round by round. */
final class Cycle {
    private static final Logger LOG = LoggerFactory.getLogger(Cycle.class);
    /** The incidents that close after a site was served without an error. */
    private static final Set<IncidentCode> PASSING = Set.of(
            IncidentCode.SOURCE_UNREACHABLE,
            IncidentCode.CONFIGURATION_INVALID,
            IncidentCode.PATTERN_INVALID,
            IncidentCode.LOGIN_FAILED);

    private final CycleContext context;
    private final SiteRegistry registry;
    private final Recovery recovery;

    private final Map<String, SiteCounters> counters = new LinkedHashMap<>();
    private final List<String> errors = new ArrayList<>();
    /** Thrown at the end, so that one site does not keep the others from being served. */
    private @Nullable OutOfMemoryError outOfMemory;

    Cycle(CycleContext context, SiteRegistry registry) {
        this.context = context;
        this.registry = registry;
        this.recovery = new Recovery(context);
    }

    /**
     * Serves every active site.
     *
     * @param enabled only these sites; empty means all
     */
    CycleReport run(Set<String> enabled) {
        return report(() -> {
            List<Site> configured = registry.sites();
            context.shared().configured(configured);
            List<Site> sites = configured.stream()
                    .filter(site -> enabled.isEmpty() || enabled.contains(site.id()))
                    .sorted(Comparator.comparingInt(Site::priority).reversed().thenComparing(Site::id))
                    .toList();
            registry.check().stream()
                    .filter(finding -> finding.level() == Finding.Level.ERROR)
                    .filter(finding -> enabled.isEmpty() || enabled.contains(finding.subject()))
                    .forEach(finding -> errors.add(finding.subject() + ": " + finding.message()));
            List<Site> active = sites.stream().filter(Site::active).toList();
            active.forEach(site -> counters.put(site.id(), new SiteCounters(site.id(), context.dry())));
            context.events()
                    .publish(new BrainEvent.CycleStarted(
                            active.stream().map(Site::id).toList()));
            // Brain's workers sweep too, but workers of other programs do not
            context.queue().sweep();
            recover(sites, enabled);
            Map<Site, SiteCycle> cycles = new LinkedHashMap<>();
            Set<String> paused = context.queue().pausedSites();
            for (Site site : active) {
                if (paused.contains(site.id())) {
                    LOG.warn(
                            "{}site {} is paused: nothing is claimed for it",
                            SiteCounters.mark(context.dry()),
                            site.id());
                    countersOf(site).pause();
                    continue;
                }
                attempt(site, () -> {
                    if (!isClosed(site)) {
                        cycles.put(site, begin(site));
                    }
                });
            }
            roundRobin(cycles);
            if (!context.dry()) {
                new DeadlineWatch(context, this::countersOf).run(sites);
            }
        });
    }

    /**
     * Claims and queues one resource, whose reference must match the site's pattern and which must be free or the
     * claimant's.
     */
    CycleReport only(Site site, ResourceId id, SyncScope scope) {
        return report(() -> {
            context.shared().configured(registry.sites());
            counters.put(site.id(), new SiteCounters(site.id(), context.dry()));
            recover(List.of(site), Set.of(site.id()));
            attempt(site, () -> {
                if (context.queue().pausedSites().contains(site.id())) {
                    countersOf(site).pause();
                    throw new BrainException("it is paused, so nothing is claimed for it; resume it first");
                }
                if (isClosed(site)) {
                    throw new BrainException(
                            "its working hours are over, so nothing is claimed for it; they begin again at "
                                    + countersOf(site).report().opensAt());
                }
                refuseShared(site, null);
                context.open().requireNotRestored();
                Contradictions.requireNone(site, context);
                ResolvedSite resolved = ResolvedSite.of(site, context.providers(), context.dry());
                Resource resource = SiteContext.fromSource(
                                () -> resolved.source().find(site, id))
                        .orElseThrow(
                                () -> new BrainException("there is no resource " + id + " in the system of record"));
                if (scope == SyncScope.SITE
                        && !SiteContext.fromSource(() -> resolved.source().isInScope(site, id))) {
                    throw new BrainException("resource " + id + " is not among those that the site selects: sync it for"
                            + " the site that selects it, or allow any scope (--any-scope)");
                }
                Claimant claimant = resolved.strategy().claimant(site);
                refuseShared(site, claimant);
                SiteCycle cycle = new SiteCycle(new SiteContext(context, resolved, claimant, countersOf(site)));
                cycle.only(resource);
                finished(site, cycle);
            });
        });
    }

    private CycleReport report(Runnable work) {
        Instant startedAt = context.clock().instant();
        try {
            work.run();
        } catch (BrainException e) {
            LOG.error("{}the cycle ended early: {}", SiteCounters.mark(context.dry()), e.getMessage());
            errors.add(String.valueOf(e.getMessage()));
        }
        CycleReport report = new CycleReport(
                startedAt,
                Duration.between(startedAt, context.clock().instant()),
                counters.values().stream().map(SiteCounters::report).toList(),
                errors);
        context.events().publish(new BrainEvent.CycleFinished(report, context.dry()));
        if (outOfMemory != null) {
            throw outOfMemory;
        }
        return report;
    }

    private void recover(List<Site> sites, Set<String> enabled) {
        recover(sites, enabled, context.queue().unsettled(), recovery::settle);
        recover(sites, enabled, context.queue().overdue(Recovery.unknownBefore(context)), recovery::overdue);
        unreadable(sites, enabled);
    }

    /** Recovers a site's reservations. */
    private interface Step {
        void run(Site site, ResourceSource source, List<Reservation> reservations, SiteCounters counters);
    }

    private void recover(List<Site> sites, Set<String> enabled, List<Reservation> reservations, Step step) {
        Map<String, List<Reservation>> bySite = reservations.stream()
                .collect(Collectors.groupingBy(
                        reservation -> reservation.draft().siteId(), LinkedHashMap::new, Collectors.toList()));
        for (Site site : sites) {
            List<Reservation> ofSite = bySite.remove(site.id());
            if (ofSite != null && !context.stop().isStopped()) {
                // an inactive site claims nothing more, but what it has claimed must not be forgotten
                attempt(
                        site,
                        () -> step.run(
                                site, context.providers().sources().get(site.source()), ofSite, countersOf(site)));
            }
        }
        bySite.forEach((siteId, left) -> {
            if (enabled.isEmpty() || enabled.contains(siteId)) {
                errors.add(left.size() + " claims of site " + siteId
                        + " can't be read back, because there is no such site"
                        + " any more: configure it again, inactive if need be, until they are settled");
            }
        });
    }

    private void unreadable(List<Site> sites, Set<String> enabled) {
        Map<String, List<Task>> unreadable =
                context.queue().unreadable().stream().collect(Collectors.groupingBy(Task::siteId));
        for (Site site : sites) {
            List<Task> tasks = unreadable.remove(site.id());
            if (tasks != null) {
                recovery.unreadable(site.id(), tasks, countersOf(site));
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

    private void refuseShared(Site site, @Nullable Claimant claimant) {
        context.shared().signAtStart(site, claimant).ifPresent(sign -> {
            throw new BrainException(sign);
        });
    }

    private SiteCycle begin(Site site) {
        // checked before the login, which may be needless
        refuseShared(site, null);
        ResolvedSite resolved = ResolvedSite.of(site, context.providers(), context.dry());
        resolved.unknownPlaceholders().ifPresent(unknown -> {
            throw new ConfigurationException("the URL template " + unknown);
        });
        Contradictions.requireNone(site, context);
        Claimant claimant = resolved.strategy().claimant(site);
        refuseShared(site, claimant);
        SiteContext siteContext = new SiteContext(context, resolved, claimant, countersOf(site));
        SiteCycle cycle = new SiteCycle(siteContext);
        recovery.orphans(siteContext, cycle);
        context.open().requireNotRestored();
        return cycle;
    }

    private void roundRobin(Map<Site, SiteCycle> cycles) {
        Map<Site, SiteCycle> going = new LinkedHashMap<>(cycles);
        Set<String> clean = new LinkedHashSet<>();
        while (!going.isEmpty() && !context.stop().isStopped()) {
            for (Map.Entry<Site, SiteCycle> entry : List.copyOf(going.entrySet())) {
                Site site = entry.getKey();
                if (context.stop().isStopped()) {
                    break;
                }
                boolean[] more = {false};
                BooleanSupplier mayGoOn =
                        () -> going.size() == 1 && !context.stop().isStopped() && !isClosed(site);
                attempt(
                        site,
                        () -> more[0] = !isClosed(site) && entry.getValue().step(mayGoOn));
                context.events()
                        .publish(new BrainEvent.SiteProgressed(countersOf(site).report()));
                if (!more[0]) {
                    going.remove(site);
                    attempt(site, () -> finished(site, entry.getValue()));
                    if (!countersOf(site).hasSiteErrors()) {
                        close(site, PASSING);
                    }
                    if (!countersOf(site).hasErrors()) {
                        if (entry.getValue().hasPayload()) {
                            close(site, Set.of(IncidentCode.PAYLOAD_INVALID));
                        }
                        clean.add(site.id());
                    }
                }
            }
        }
        if (!context.dry() && !clean.isEmpty()) {
            registry.synced(clean, context.clock().instant());
        }
    }

    /** Returns whether the site's working hours are over. Its report then says so. */
    private boolean isClosed(Site site) {
        Instant now = context.clock().instant();
        Optional<WorkingHours> over = WorkingHours.of(site.settings()).filter(hours -> !hours.isOpen(now));
        over.ifPresent(hours -> countersOf(site).close(hours.nextOpening(now)));
        return over.isPresent();
    }

    /** Closes incidents of a site that was served without an error. */
    private void close(Site site, Set<IncidentCode> codes) {
        if (context.open().hasAny(site.id(), codes)) {
            attempt(site, () -> context.queue().incidents().closeOfSite(site.id(), codes));
        }
    }

    private void finished(Site site, SiteCycle cycle) {
        cycle.finish();
        SiteCounters done = countersOf(site);
        LOG.info("{}", done);
        context.events().publish(new BrainEvent.SiteFinished(done.report()));
    }

    /** A site's failure is reported and stops only that site. */
    private void attempt(Site site, Runnable work) {
        try {
            work.run();
        } catch (SourceFailure e) {
            failed(site, e.code(), e);
        } catch (LoginException e) {
            failed(site, IncidentCode.LOGIN_FAILED, e);
        } catch (PatternException e) {
            failed(site, IncidentCode.PATTERN_INVALID, e);
        } catch (ConfigurationException e) {
            failed(site, IncidentCode.CONFIGURATION_INVALID, e);
        } catch (RuntimeException | Error e) {
            if (isFatal(e)) {
                throw e;
            }
            // an error of a plug-in, for example one that lacks a class, affects only its sites
            failed(site, null, e);
            if (e instanceof OutOfMemoryError error) {
                outOfMemory = error;
            }
        }
    }

    /** Returns whether the virtual machine itself is broken, so that no other site can be served. */
    static boolean isFatal(Throwable e) {
        return e instanceof VirtualMachineError
                && !(e instanceof StackOverflowError)
                && !(e instanceof OutOfMemoryError);
    }

    private void failed(Site site, @Nullable IncidentCode code, Throwable failure) {
        String message = failure instanceof BrainException known ? known.problem() : failure.toString();
        LOG.debug("site {} failed", site.id(), failure);
        countersOf(site).error(message);
        if (code != null) {
            context.events().report(List.of(new Report(code, site.id(), null, message)));
        }
    }

    private SiteCounters countersOf(Site site) {
        return counters.computeIfAbsent(site.id(), id -> new SiteCounters(id, context.dry()));
    }
}
