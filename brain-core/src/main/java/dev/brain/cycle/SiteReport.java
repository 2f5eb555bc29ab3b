package dev.brain.cycle;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The report of a cycle on one site.
 *
 * @param siteId the site
 * @param paused whether a person paused it: nothing was listed or claimed, only recovered
 * @param counts what was counted; a counter without an entry is 0
 * @param errors the first errors, each in one line
 * @param warnings the first actions that a person should check, each in one line
 * @stability stable
 */
public record SiteReport(
        String siteId, boolean paused, Map<SiteCounter, Long> counts, List<String> errors, List<String> warnings) {
    public SiteReport {
        requireNonNull(siteId, "siteId");
        Map<SiteCounter, Long> copy = new EnumMap<>(SiteCounter.class);
        copy.putAll(counts);
        counts = Collections.unmodifiableMap(copy);
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /** Returns one count. */
    public long count(SiteCounter counter) {
        return counts.getOrDefault(counter, 0L);
    }

    public long candidates() {
        return count(SiteCounter.CANDIDATES);
    }

    public long rejected() {
        return count(SiteCounter.REJECTED);
    }

    public long blocked() {
        return count(SiteCounter.BLOCKED);
    }

    public long duplicates() {
        return count(SiteCounter.DUPLICATES);
    }

    public long reserved() {
        return count(SiteCounter.RESERVED);
    }

    public long claimed() {
        return count(SiteCounter.CLAIMED);
    }

    public long lost() {
        return count(SiteCounter.LOST);
    }

    public long unknown() {
        return count(SiteCounter.UNKNOWN);
    }

    public long notClaimed() {
        return count(SiteCounter.NOT_CLAIMED);
    }

    public long recovered() {
        return count(SiteCounter.RECOVERED);
    }

    public long enqueued() {
        return count(SiteCounter.ENQUEUED);
    }

    public long known() {
        return count(SiteCounter.KNOWN);
    }

    public long errorCount() {
        return count(SiteCounter.ERRORS);
    }
}
