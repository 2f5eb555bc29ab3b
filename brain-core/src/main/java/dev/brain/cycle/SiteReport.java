package dev.brain.cycle;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The report of a cycle on one site.
 *
 * @param siteId the site
 * @param paused whether a person paused it: nothing was listed or claimed, only recovered
 * @param candidates resources that the source listed as free
 * @param rejected candidates whose reference doesn't match
 * @param blocked candidates that failed or were cancelled before and aren't unblocked
 * @param duplicates candidates that have an active task, or are already claimed for another one
 * @param reserved tasks written before their claim
 * @param claimed claims won
 * @param lost claims that somebody else won, including another user of the claimant's name
 * @param unknown claims whose outcome is unknown
 * @param recovered tasks made visible from what an earlier run or an unknown outcome left, or adopted
 * @param enqueued all tasks made visible
 * @param known rows that can't be claimed, and whose incident was already open
 * @param errorCount the number of errors, including rows that can't be claimed unless they are known
 * @param errors the first of them, each in one line
 * @param warnings the first actions that a person should check, each in one line
 */
public record SiteReport(
        String siteId,
        boolean paused,
        long candidates,
        long rejected,
        long blocked,
        long duplicates,
        long reserved,
        long claimed,
        long lost,
        long unknown,
        long recovered,
        long enqueued,
        long known,
        long errorCount,
        List<String> errors,
        List<String> warnings) {
    public SiteReport {
        requireNonNull(siteId, "siteId");
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }
}
