package dev.brain.internal.engine;

import dev.brain.cycle.SiteReport.Counter;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.site.PatternException;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops candidates before they are claimed: by reference, by their state in the queue, and by open incidents. */
final class CandidateGate {
    private static final Logger LOG = LoggerFactory.getLogger(CandidateGate.class);
    /** The number of references that may exceed the pattern's limit in one cycle before the site is skipped. */
    private static final int PATTERN_FAILURES = 100;

    private final SiteContext context;
    private final SiteCounters counters;

    private @Nullable Boolean hasFailed;
    private int patternFailures;
    private @Nullable String rejectedExample;

    CandidateGate(SiteContext context) {
        this.context = context;
        this.counters = context.counters();
    }

    /** Returns the resources whose reference matches and whose queue state allows a claim. */
    List<Resource> pass(List<Resource> page) {
        List<Resource> matching = page.stream().filter(this::matches).toList();
        Map<ResourceId, QueueState> states = context.queue().standings(context.siteId(), SiteContext.ids(matching));
        List<Resource> passed = new ArrayList<>();
        for (Resource resource : matching) {
            QueueState state = states.get(resource.id());
            if (state == QueueState.ACTIVE) {
                counters.add(Counter.DUPLICATES, 1);
            } else if (state == QueueState.BLOCKED) {
                counters.add(Counter.BLOCKED, 1);
            } else {
                passed.add(resource);
            }
        }
        return passed;
    }

    /** Leaves out resources with an open claim incident until a person resolves it. */
    List<Resource> withoutFailed(List<Resource> page) {
        if (hasFailed == null) {
            // resources that fail in this cycle are not listed in it again
            hasFailed = context.cycle().open().has(context.siteId(), IncidentCode.CLAIM_FAILED);
        }
        if (page.isEmpty() || !hasFailed) {
            return page;
        }
        Set<ResourceId> failed =
                context.incidents().openOn(context.siteId(), IncidentCode.CLAIM_FAILED, SiteContext.ids(page));
        counters.add(Counter.KNOWN, failed.size());
        return page.stream().filter(resource -> !failed.contains(resource.id())).toList();
    }

    private boolean matches(Resource resource) {
        boolean matches = false;
        try {
            matches = context.resolved().pattern().matches(resource.reference());
        } catch (PatternException e) {
            patternFailures++;
            if (patternFailures == 1) {
                String message = "resource " + resource.id() + ": " + e.problem();
                counters.error(message);
                context.events()
                        .report(List.of(new Report(IncidentCode.PATTERN_INVALID, context.siteId(), null, message)));
            }
            if (patternFailures == PATTERN_FAILURES) {
                throw e;
            }
        }
        if (!matches) {
            counters.add(Counter.REJECTED, 1);
            if (rejectedExample == null) {
                rejectedExample = "resource " + resource.id() + " has '" + resource.reference() + "'";
            }
            LOG.debug("site {}: resource {} rejected: '{}'", context.siteId(), resource.id(), resource.reference());
        }
        return matches;
    }

    /** Reports the rejected references of this cycle as one incident. */
    void reportRejected() {
        long rejected = counters.count(Counter.REJECTED);
        if (rejectedExample != null) {
            context.events()
                    .report(List.of(new Report(
                            IncidentCode.REFERENCE_REJECTED,
                            context.siteId(),
                            null,
                            rejected + (rejected == 1 ? " reference doesn't" : " references don't") + " match "
                                    + context.resolved().pattern() + "; " + rejectedExample)));
        }
    }
}
