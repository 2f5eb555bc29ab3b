package dev.brain.internal.engine;

import dev.brain.cycle.SiteReport.Counter;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reports rows that can't be claimed. Each is an incident, and an error unless its incident was already open. */
final class RowIncidents {
    /** If this many rows of a batch are refused and none is claimed, the table is reported at once. */
    private static final int WHOLE_BATCH = 2;

    /** The number of fully refused batches after which the site is skipped: each costs about twenty statements. */
    private static final int REFUSED_BATCHES = 5;

    private final String siteId;
    private final Events events;
    private final SiteCounters counters;

    /** The number of refused rows that the incident of a site names. */
    private static final int NAMED = 10;

    /** The rows of the fully refused batches. */
    private final List<Report> refused = new ArrayList<>();

    private int refusedBatches;
    private boolean accepted;
    /** The error of the site that is still to be counted, unless the system of record takes a claim. */
    private @Nullable String refusal;

    RowIncidents(String siteId, Events events, SiteCounters counters) {
        this.siteId = siteId;
        this.events = events;
        this.counters = counters;
    }

    /** Reports rows, each with its resource. */
    void report(List<Report> rows) {
        Set<Report> opened = new HashSet<>(events.opened(rows));
        for (Report row : rows) {
            if (opened.contains(row)) {
                counters.rowError(what(row) + row.message());
            } else {
                counters.add(Counter.KNOWN, 1);
            }
        }
    }

    private static String what(Report row) {
        return switch (row.code()) {
            case PAYLOAD_INVALID -> "resource " + row.resourceId() + " is not claimed, its payload can't be built: ";
            case CLAIM_FAILED -> "resource " + row.resourceId() + " is not claimed: ";
            default -> "";
        };
    }

    /**
     * Reports the rows of a batch that the system of record refused. If it has taken no claim in this cycle, it may
     * refuse every row: that is one error of the site, and one incident names the rows, however few, see {@link #finish}.
     *
     * @param size the number of rows in the batch
     * @param isAnyClaimed whether a row of the batch was claimed
     * @return whether the rows were reported; if not, they can be claimed again once another claim is taken
     */
    boolean reportRefused(List<Report> rows, int size, boolean isAnyClaimed) {
        accepted |= isAnyClaimed;
        if (rows.isEmpty() || accepted) {
            report(rows);
            return true;
        }
        refusedBatches++;
        refused.addAll(rows);
        if (refusedBatches == 1) {
            Report first = rows.get(0);
            refusal = "the system of record refuses all rows of a batch that were tried (" + rows.size() + " of " + size
                    + "); the first is resource " + first.resourceId() + ": " + first.message();
        }
        if (rows.size() >= WHOLE_BATCH) {
            countRefusal();
        }
        return false;
    }

    private void countRefusal() {
        if (refusal != null) {
            counters.error(refusal);
            refusal = null;
        }
    }

    /** Records that the system of record has taken a claim. */
    void accept() {
        accepted = true;
    }

    /** Reports the rows of all fully refused batches of the cycle as one incident of the site. */
    void finish() {
        boolean isOfRows = accepted && refusal != null;
        if (refused.isEmpty() || isOfRows) {
            return;
        }
        countRefusal();
        String named = refused.stream()
                .limit(NAMED)
                .map(row -> String.valueOf(row.resourceId()))
                .collect(Collectors.joining(", "));
        Report first = refused.get(0);
        String message = "the system of record refused all " + refused.size() + " rows that were tried in "
                + (refusedBatches == 1 ? "a batch" : refusedBatches + " batches") + ": resources " + named
                + (refused.size() > NAMED ? " and " + (refused.size() - NAMED) + " more" : "") + "; resource "
                + first.resourceId() + ": " + first.message();
        events.report(List.of(new Report(IncidentCode.SOURCE_UNREACHABLE, siteId, null, message)));
    }

    /** Returns whether the system of record has taken a claim in this cycle. */
    boolean isAnyAccepted() {
        return accepted;
    }

    /** Returns whether so many batches were refused that the site is skipped for the rest of the cycle. */
    boolean isTableRefusing() {
        return !accepted && refusedBatches >= REFUSED_BATCHES;
    }
}
