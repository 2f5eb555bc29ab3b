package dev.brain.internal.engine;

import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
    private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);
    private boolean paused;
    private @Nullable Instant opensAt;
    private long rowErrors;

    SiteCounters(String siteId, boolean dry) {
        this.siteId = siteId;
        this.dry = dry;
    }

    void add(Counter counter, long number) {
        counts.merge(counter, number, Long::sum);
    }

    long count(Counter counter) {
        return counts.getOrDefault(counter, 0L);
    }

    /** Records that a person paused the site. */
    void pause() {
        paused = true;
    }

    /** Records that the site's working hours are over. */
    void close(Instant opensAt) {
        if (this.opensAt == null) {
            LOG.info("{}site {}: its working hours are over; they begin again at {}", mark(dry), siteId, opensAt);
        }
        this.opensAt = opensAt;
    }

    void error(String message) {
        LOG.warn("{}site {}: {}", mark(dry), siteId, message);
        add(Counter.ERRORS, 1);
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
        return count(Counter.ERRORS) > 0;
    }

    /** Returns whether the site as a whole had an error. */
    boolean hasSiteErrors() {
        return count(Counter.ERRORS) > rowErrors;
    }

    SiteReport report() {
        return new SiteReport(siteId, paused, opensAt, counts, errors, warnings);
    }

    /** Returns the prefix of log lines, which distinguishes a dry run from a real one. */
    static String mark(boolean dry) {
        return dry ? "dry run: " : "";
    }

    @Override
    public String toString() {
        return mark(dry) + "site " + siteId + ": " + count(Counter.CANDIDATES) + " candidates, "
                + count(Counter.REJECTED) + " rejected, " + count(Counter.BLOCKED) + " blocked, "
                + count(Counter.DUPLICATES) + " duplicates, " + done("claim", Counter.CLAIMED) + ", "
                + count(Counter.LOST) + " lost, " + count(Counter.UNKNOWN) + " unknown, "
                + optional(Counter.NOT_CLAIMED, " not claimed, ") + done("recover", Counter.RECOVERED) + ", "
                + done("enqueue", Counter.ENQUEUED) + ", " + optional(Counter.KNOWN, " known, ")
                + count(Counter.ERRORS) + " errors";
    }

    private String optional(Counter counter, String what) {
        return count(counter) > 0 ? count(counter) + what : "";
    }

    private String done(String verb, Counter counter) {
        long number = count(counter);
        return dry ? "would " + verb + " " + number : number + " " + verb + (verb.endsWith("e") ? "d" : "ed");
    }
}
