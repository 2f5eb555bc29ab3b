package dev.brain;

import dev.brain.cycle.SiteCounter;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reports rows that can't be claimed. Each is an incident, and an error unless its incident was already open. */
final class RowFaults {
    /** If this many rows of a batch are refused and none is claimed, the table may be at fault, so no row is blocked. */
    private static final int WHOLE_BATCH = 2;

    /** The number of fully refused batches after which the site is skipped: each costs about twenty statements. */
    private static final int WHOLE_BATCHES = 5;

    private final String siteId;
    private final Events events;
    private final Tally tally;

    private int wholeBatches;

    RowFaults(String siteId, Events events, Tally tally) {
        this.siteId = siteId;
        this.events = events;
        this.tally = tally;
    }

    /** Reports rows, each with its resource. */
    void tell(List<Report> rows) {
        Set<Report> opened = new HashSet<>(events.opened(rows));
        for (Report row : rows) {
            if (opened.contains(row)) {
                tally.error(what(row) + row.message());
            } else {
                tally.add(SiteCounter.KNOWN, 1);
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
     * Reports the rows of a batch that the system of record refused: one by one, or all at once if no row of the batch
     * was claimed.
     *
     * @return whether to skip the site for the rest of this cycle
     */
    boolean tellRefused(List<Report> rows, boolean isAnyClaimed) {
        if (rows.size() < WHOLE_BATCH || isAnyClaimed) {
            tell(rows);
            return false;
        }
        wholeBatches++;
        if (wholeBatches == 1) {
            Report first = rows.get(0);
            String message = "the system of record refuses all " + rows.size()
                    + " rows of a batch; the first is resource " + first.resourceId() + ": " + first.message();
            tally.error(message);
            events.report(List.of(new Report(IncidentCode.SOURCE_UNREACHABLE, siteId, null, message)));
        }
        return wholeBatches == WHOLE_BATCHES;
    }
}
