package dev.brain;

import dev.brain.cycle.SiteCounter;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.payload.PayloadException;
import dev.brain.queue.QueueState;
import dev.brain.queue.Reservation;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Ownership;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.PatternException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one site in one cycle: pages of candidates go through the gate, and batches of the rest are claimed. */
final class SitePass {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);
    /** The number of references that may exceed the pattern's limit in one cycle before the site is skipped. */
    private static final int PATTERN_FAILURES = 100;

    private final ServedSite served;
    private final Claimant claimant;
    private final TaskQueue queue;
    private final ReadBack readBack;
    private final Options options;
    private final Clock clock;
    private final Events events;
    private final Tally tally;
    private final long limit;
    private final Claims claims;
    private final RowFaults faults;
    private final Pages pages;

    private final Deque<Resource> clean = new ArrayDeque<>();
    private @Nullable Boolean hasFailed;
    private boolean hasPayload;
    private int patternFailures;
    private @Nullable String rejectedExample;

    SitePass(
            ServedSite served,
            Claimant claimant,
            TaskQueue queue,
            ReadBack readBack,
            SharedClaimants shared,
            Options options,
            Clock clock,
            Events events,
            Tally tally) {
        this.served = served;
        this.claimant = claimant;
        this.queue = queue;
        this.readBack = readBack;
        this.options = options;
        this.clock = clock;
        this.events = events;
        this.tally = tally;
        this.limit = Objects.requireNonNullElse(served.site().maxClaims(), options.maxClaims());
        Namesakes namesakes = new Namesakes(served, claimant, readBack, shared, tally, clock.instant());
        this.claims = new Claims(served, claimant, queue, readBack, namesakes, clock, events, tally);
        this.faults = new RowFaults(served.site().id(), events, tally);
        this.pages = new Pages(
                served.site().id(),
                options.pageSize(),
                faults,
                (after, size) -> served.source().candidates(served.site(), after, size));
    }

    /** The system of record failed, not the queue. */
    static final class SourceFailure extends UnavailableException {
        private static final long serialVersionUID = 1L;

        SourceFailure(BrainException cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }

        /** Returns the code of a failure: repeating does not help if the configuration is wrong. */
        IncidentCode code() {
            return getCause() instanceof ConfigurationException
                    ? IncidentCode.CONFIGURATION_INVALID
                    : IncidentCode.SOURCE_UNREACHABLE;
        }
    }

    /** A missing file, or a table that does not match its profile, can't be read, just like a server that is down. */
    static <T> T fromSource(Supplier<T> read) {
        try {
            return read.get();
        } catch (BrainException e) {
            throw new SourceFailure(e);
        }
    }

    /** Performs one step: reads a page, or claims a batch. Returns false when the site is done for this cycle. */
    boolean step() {
        if (!claims.mayClaim()) {
            return false;
        }
        long wanted = Math.min(options.batchSize(), limit - claims.taken());
        if (clean.size() < wanted && !pages.isExhausted()) {
            List<Resource> page = pages.next();
            tally.add(SiteCounter.CANDIDATES, page.size());
            clean.addAll(withoutFailed(gate(page)));
        }
        if (clean.size() < wanted && !pages.isExhausted()) {
            return true;
        }
        if (clean.size() > 1 && wanted > 1 && claims.isProbeDue()) {
            claims.probe(drafts(1));
        } else if (!clean.isEmpty()) {
            claims.claim(drafts(wanted));
        }
        return claims.taken() < limit && !claims.isStuck() && !(pages.isExhausted() && clean.isEmpty());
    }

    /** Takes only this resource through gate and claim; queues it if it is already the claimant's. */
    void only(Resource resource) {
        tally.add(SiteCounter.CANDIDATES, 1);
        Ownership owned = fromSource(() -> served.source().ownership(served.site(), claimant, List.of(resource.id())))
                .getOrDefault(resource.id(), Ownership.of(Ownership.State.GONE));
        clean.addAll(gate(List.of(resource)));
        if (owned.state() != Ownership.State.OURS) {
            claims.claim(drafts(1));
            return;
        }
        for (TaskDraft draft : drafts(1)) {
            if (readBack.anotherTask(draft).isPresent()) {
                tally.add(SiteCounter.DUPLICATES, 1);
                continue;
            }
            if (readBack.isUnknown(draft)) {
                tally.warning(
                        "resource " + resource.id() + " was " + claimant.name() + "'s before, and this queue had no"
                                + " task for it: if another queue claims under that name, it may also have a task; check that queue,"
                                + " and cancel one of the two");
            }
            queueHeld(List.of(draft));
        }
    }

    /** Queues resources that are already the claimant's, after they were read back. */
    void adopt(List<Resource> held) {
        clean.addAll(gate(held));
        while (!clean.isEmpty()) {
            queueHeld(drafts(options.batchSize()).stream()
                    .filter(draft -> readBack.anotherTask(draft).isEmpty())
                    .toList());
        }
    }

    private void queueHeld(List<TaskDraft> drafts) {
        List<Reservation> reservations = queue.reserve(drafts);
        tally.add(SiteCounter.RESERVED, reservations.size());
        int confirmed = readBack.settle(served.site(), served.source(), reservations, Instant.MIN, ReadBack::allOurs)
                .confirmed();
        tally.add(SiteCounter.RECOVERED, confirmed);
        tally.add(SiteCounter.ENQUEUED, confirmed);
    }

    private List<Resource> gate(List<Resource> page) {
        List<Resource> matching = page.stream().filter(this::matches).toList();
        Map<ResourceId, QueueState> standings = queue.standings(served.site().id(), ids(matching));
        List<Resource> passed = new ArrayList<>();
        for (Resource resource : matching) {
            QueueState standing = standings.get(resource.id());
            if (standing == QueueState.ACTIVE) {
                tally.add(SiteCounter.DUPLICATES, 1);
            } else if (standing == QueueState.BLOCKED) {
                tally.add(SiteCounter.BLOCKED, 1);
            } else {
                passed.add(resource);
            }
        }
        return passed;
    }

    /** Leaves out resources with an open claim incident until a person resolves it. */
    private List<Resource> withoutFailed(List<Resource> page) {
        String siteId = served.site().id();
        if (hasFailed == null) {
            // resources that fail in this pass are not listed in it again
            hasFailed = !events.incidents()
                    .open(siteId, IncidentCode.CLAIM_FAILED, null, 1)
                    .isEmpty();
        }
        if (page.isEmpty() || !hasFailed) {
            return page;
        }
        Set<ResourceId> failed = events.incidents().openOn(siteId, IncidentCode.CLAIM_FAILED, ids(page));
        tally.add(SiteCounter.KNOWN, failed.size());
        return page.stream().filter(resource -> !failed.contains(resource.id())).toList();
    }

    private boolean matches(Resource resource) {
        boolean matches = false;
        try {
            matches = served.pattern().matches(resource.reference());
        } catch (PatternException e) {
            patternFailures++;
            if (patternFailures == 1) {
                String message = "resource " + resource.id() + ": " + e.getMessage();
                tally.error(message);
                events.report(List.of(
                        new Report(IncidentCode.PATTERN_INVALID, served.site().id(), null, message)));
            }
            if (patternFailures == PATTERN_FAILURES) {
                throw e;
            }
        }
        if (!matches) {
            tally.add(SiteCounter.REJECTED, 1);
            if (rejectedExample == null) {
                rejectedExample = "resource " + resource.id() + " has '" + resource.reference() + "'";
            }
            LOG.debug("site {}: resource {} rejected: '{}'", served.site().id(), resource.id(), resource.reference());
        }
        return matches;
    }

    /** True if a payload could be built, so that the site's builder lacks nothing. */
    boolean hasPayload() {
        return hasPayload;
    }

    /**
     * Returns up to that many of the clean candidates with their payloads. Candidates whose payload can't be built are
     * incidents.
     *
     * @throws BrainException if no payload of the site can be built, which is a single incident of the site
     */
    private List<TaskDraft> drafts(long wanted) {
        List<TaskDraft> drafts = new ArrayList<>();
        List<Report> invalid = new ArrayList<>();
        try {
            while (drafts.size() < wanted && !clean.isEmpty()) {
                Resource resource = clean.remove();
                try {
                    drafts.add(served.draft(resource, claimant, clock.instant()));
                    hasPayload = true;
                } catch (ConfigurationException e) {
                    events.report(List.of(invalid(null, String.valueOf(e.getMessage()))));
                    // it already has an incident
                    throw new BrainException(String.valueOf(e.getMessage()), e);
                } catch (RuntimeException e) {
                    LOG.debug("site {}: no payload for {}", served.site().id(), resource.id(), e);
                    String message = e instanceof PayloadException
                            ? String.valueOf(e.getMessage())
                            : "the payload builder failed with " + kindAndPlace(e);
                    invalid.add(invalid(resource.id(), message));
                }
            }
        } finally {
            faults.tell(invalid);
        }
        return drafts;
    }

    private Report invalid(@Nullable ResourceId id, String message) {
        return new Report(IncidentCode.PAYLOAD_INVALID, served.site().id(), id, message);
    }

    /** Describes a failure without its message, which may contain personal data of the resource. */
    private static String kindAndPlace(RuntimeException e) {
        StackTraceElement[] stack = e.getStackTrace();
        return e.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }

    /** Reports what is reported once in each cycle. */
    void finish() {
        if (rejectedExample != null) {
            events.report(List.of(new Report(
                    IncidentCode.REFERENCE_REJECTED,
                    served.site().id(),
                    null,
                    tally.count(SiteCounter.REJECTED)
                            + (tally.count(SiteCounter.REJECTED) == 1 ? " reference doesn't" : " references don't")
                            + " match " + served.pattern() + "; " + rejectedExample)));
        }
    }

    static List<ResourceId> ids(Collection<Resource> resources) {
        return resources.stream().map(Resource::id).toList();
    }
}
