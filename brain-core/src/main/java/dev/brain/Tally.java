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
    private final boolean dry;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private long errorCount;
    boolean paused;
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
    long known;

    Tally(String siteId, boolean dry) {
        this.siteId = siteId;
        this.dry = dry;
    }

    void error(String message) {
        LOG.warn("{}site {}: {}", mark(dry), siteId, message);
        errorCount++;
        if (errors.size() < ERRORS_KEPT) {
            errors.add(message);
        }
    }

    /** Records something that was done but that a person should check. */
    void warning(String message) {
        LOG.warn("{}site {}: {}", mark(dry), siteId, message);
        if (warnings.size() < ERRORS_KEPT) {
            warnings.add(message);
        }
    }

    boolean hasErrors() {
        return errorCount > 0;
    }

    SiteReport report() {
        return new SiteReport(
                siteId,
                paused,
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
                known,
                errorCount,
                errors,
                warnings);
    }

    /** Returns the prefix of log lines, which distinguishes a dry run from a real one. */
    static String mark(boolean dry) {
        return dry ? "dry run: " : "";
    }

    @Override
    public String toString() {
        return mark(dry) + "site " + siteId + ": " + candidates + " candidates, " + rejected + " rejected, " + blocked
                + " blocked, " + duplicates + " duplicates, " + done("claim", claimed) + ", " + lost + " lost, "
                + unknown
                + " unknown, " + done("recover", recovered) + ", " + done("enqueue", enqueued) + ", "
                + (known > 0 ? known + " known, " : "") + errorCount + " errors";
    }

    private String done(String verb, long number) {
        return dry ? "would " + verb + " " + number : number + " " + verb + (verb.endsWith("e") ? "d" : "ed");
    }
}
