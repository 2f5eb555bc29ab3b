package dev.brain;

import dev.brain.cycle.SiteReport;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a cycle does for one site. */
final class Tally {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);
    /** Further errors are counted, not kept: memory must not grow with the number of bad rows. */
    private static final int ERRORS_KEPT = 20;

    private final String siteId;
    private final List<String> errors = new ArrayList<>();
    private long errorCount;
    long candidates;
    long rejected;
    long blocked;
    long duplicates;
    long reserved;
    long claimed;
    long lost;
    long unknown;
    long recovered;
    long enqueued;

    Tally(String siteId) {
        this.siteId = siteId;
    }

    void error(String message) {
        LOG.warn("site {}: {}", siteId, message);
        errorCount++;
        if (errors.size() < ERRORS_KEPT) {
            errors.add(message);
        }
    }

    boolean hasErrors() {
        return errorCount > 0;
    }

    SiteReport report() {
        return new SiteReport(
                siteId,
                candidates,
                rejected,
                blocked,
                duplicates,
                reserved,
                claimed,
                lost,
                unknown,
                recovered,
                enqueued,
                errorCount,
                errors);
    }

    @Override
    public String toString() {
        return "site " + siteId + ": " + candidates + " candidates, " + rejected + " rejected, " + blocked
                + " blocked, "
                + duplicates + " duplicates, " + claimed + " claimed, " + lost + " lost, " + unknown + " unknown, "
                + recovered + " recovered, " + enqueued + " enqueued, " + errorCount + " errors";
    }
}
