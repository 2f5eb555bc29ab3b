package dev.brain.cycle;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a cycle did.
 *
 * @param startedAt when it began
 * @param took its duration
 * @param sites the reports of its sites, in the order in which they were served
 * @param errors what went wrong outside of any site, each in one line
 * @stability stable
 */
public record CycleReport(Instant startedAt, Duration took, List<SiteReport> sites, List<String> errors) {
    public CycleReport {
        requireNonNull(startedAt, "startedAt");
        requireNonNull(took, "took");
        sites = List.copyOf(sites);
        errors = List.copyOf(errors);
    }

    /** Returns the sum of one count over all sites. */
    public long total(ToLongFunction<SiteReport> count) {
        return sites.stream().mapToLong(count).sum();
    }

    public long claimed() {
        return total(SiteReport::claimed);
    }

    public long enqueued() {
        return total(SiteReport::enqueued);
    }

    /** Returns the number of errors, of sites and outside of any site. */
    public long errorCount() {
        return total(SiteReport::errorCount) + errors.size();
    }
}
