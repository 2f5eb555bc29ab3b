package dev.brain;

import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells of rows that can't be claimed: each is an incident, and an error unless its incident was open before. */
final class RowFaults {
    /** So many rows of a batch refused and none claimed: it may be the table's fault, which must not block each of them. */
    private static final int WHOLE_BATCH = 2;

    /** Batches that are refused whole before the site is given up: each costs some twenty statements. */
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
                tally.known++;
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
     * Tells of the rows of a batch that the system of record refused: of each by itself, or of them all at once if none of
     * the batch was claimed.
     *
     * @return whether to give the site up for this cycle
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
