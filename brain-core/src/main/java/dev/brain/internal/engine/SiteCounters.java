package dev.brain.internal.engine;

import dev.brain.cycle.SiteCounter;
import dev.brain.cycle.SiteReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a cycle does for one site. */
final class SiteCounters {
    private static final Logger LOG = LoggerFactory.getLogger(SiteCounters.class);
    /** Further errors are counted, not kept: memory must not grow with the number of bad rows. */
    private static final int ERRORS_KEPT = 20;

    private final String siteId;
    private final boolean dry;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<SiteCounter, Long> counts = new EnumMap<>(SiteCounter.class);
    private boolean paused;
    private long rowErrors;

    SiteCounters(String siteId, boolean dry) {
        this.siteId = siteId;
        this.dry = dry;
    }

    void add(SiteCounter counter, long number) {
        counts.merge(counter, number, Long::sum);
    }

    long count(SiteCounter counter) {
        return counts.getOrDefault(counter, 0L);
    }

    /** Records that a person paused the site. */
    void pause() {
        paused = true;
    }

    void error(String message) {
        LOG.warn("{}site {}: {}", mark(dry), siteId, message);
        add(SiteCounter.ERRORS, 1);
        if (errors.size() < ERRORS_KEPT) {
            errors.add(message);
        }
    }

    /** Records an error that concerns a single row, and says nothing about the site. */
    void rowError(String message) {
        error(message);
        rowErrors++;
    }

    /** Records something that was done but that a person should check. */
    void warning(String message) {
        LOG.warn("{}site {}: {}", mark(dry), siteId, message);
        if (warnings.size() < ERRORS_KEPT) {
            warnings.add(message);
        }
    }

    boolean hasErrors() {
        return count(SiteCounter.ERRORS) > 0;
    }

    /** Returns whether the site as a whole had an error. */
    boolean hasSiteErrors() {
        return count(SiteCounter.ERRORS) > rowErrors;
    }

    SiteReport report() {
        return new SiteReport(siteId, paused, counts, errors, warnings);
    }

    /** Returns the prefix of log lines, which distinguishes a dry run from a real one. */
    static String mark(boolean dry) {
        return dry ? "dry run: " : "";
    }

    @Override
    public String toString() {
        return mark(dry) + "site " + siteId + ": " + count(SiteCounter.CANDIDATES) + " candidates, "
                + count(SiteCounter.REJECTED) + " rejected, " + count(SiteCounter.BLOCKED) + " blocked, "
                + count(SiteCounter.DUPLICATES) + " duplicates, " + done("claim", SiteCounter.CLAIMED) + ", "
                + count(SiteCounter.LOST) + " lost, " + count(SiteCounter.UNKNOWN) + " unknown, "
                + optional(SiteCounter.NOT_CLAIMED, " not claimed, ") + done("recover", SiteCounter.RECOVERED) + ", "
                + done("enqueue", SiteCounter.ENQUEUED) + ", " + optional(SiteCounter.KNOWN, " known, ")
                + count(SiteCounter.ERRORS) + " errors";
    }

    private String optional(SiteCounter counter, String what) {
        return count(counter) > 0 ? count(counter) + what : "";
    }

    private String done(String verb, SiteCounter counter) {
        long number = count(counter);
        return dry ? "would " + verb + " " + number : number + " " + verb + (verb.endsWith("e") ? "d" : "ed");
    }
}
