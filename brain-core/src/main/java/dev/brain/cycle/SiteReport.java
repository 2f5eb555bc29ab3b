package dev.brain.cycle;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The report of a cycle on one site.
 *
 * @param siteId the site
 * @param paused whether a person paused it: nothing was listed or claimed, only recovered
 * @param opensAt when its working hours begin next, if claiming stopped because they were over; null otherwise
 * @param counts what was counted; a counter without an entry is 0
 * @param errors the first errors, each in one line
 * @param warnings the first actions that a person should check, each in one line
 * @stability stable
 */
public record SiteReport(
        String siteId,
        boolean paused,
        @Nullable Instant opensAt,
        Map<Counter, Long> counts,
        List<String> errors,
        List<String> warnings) {
    public SiteReport {
        requireNonNull(siteId, "siteId");
        Map<Counter, Long> copy = new EnumMap<>(Counter.class);
        copy.putAll(counts);
        counts = Collections.unmodifiableMap(copy);
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /** Creates the report of a site within its working hours. */
    public SiteReport(
            String siteId, boolean paused, Map<Counter, Long> counts, List<String> errors, List<String> warnings) {
        this(siteId, paused, null, counts, errors, warnings);
    }

    /** Returns one count. */
    public long count(Counter counter) {
        return counts.getOrDefault(counter, 0L);
    }

    public long candidates() {
        return count(Counter.CANDIDATES);
    }

    public long rejected() {
        return count(Counter.REJECTED);
    }

    public long blocked() {
        return count(Counter.BLOCKED);
    }

    public long duplicates() {
        return count(Counter.DUPLICATES);
    }

    public long reserved() {
        return count(Counter.RESERVED);
    }

    public long claimed() {
        return count(Counter.CLAIMED);
    }

    public long lost() {
        return count(Counter.LOST);
    }

    public long unknown() {
        return count(Counter.UNKNOWN);
    }

    public long notClaimed() {
        return count(Counter.NOT_CLAIMED);
    }

    public long recovered() {
        return count(Counter.RECOVERED);
    }

    public long enqueued() {
        return count(Counter.ENQUEUED);
    }

    public long known() {
        return count(Counter.KNOWN);
    }

    public long errorCount() {
        return count(Counter.ERRORS);
    }

    /**
     * What a cycle counts for a site.
     */
    public enum Counter {
        /** Resources that the source listed as free. */
        CANDIDATES,
        /** Candidates whose reference does not match. */
        REJECTED,
        /** Candidates that failed or were cancelled before and are not unblocked. */
        BLOCKED,
        /** Candidates that have an active task, or are already claimed for another one. */
        DUPLICATES,
        /** Tasks that were written before their claim. */
        RESERVED,
        /** Claims that were won. */
        CLAIMED,
        /** Claims that somebody else won, including another user of the claimant's name. */
        LOST,
        /** Claims whose outcome is unknown. */
        UNKNOWN,
        /** Reservations that were dropped because their claim was not sent, or was refused by the system of record. */
        NOT_CLAIMED,
        /** Tasks that became visible from what an earlier run or an unknown outcome left, or by adoption. */
        RECOVERED,
        /** All tasks that became visible. */
        ENQUEUED,
        /** Rows that can't be claimed, and whose incident was already open. */
        KNOWN,
        /** Errors, including rows that can't be claimed unless they are known. */
        ERRORS;

        /** Returns the name in JSON, for example {@code not_claimed}. */
        public String jsonName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
