package dev.brain.launcher;

import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import java.io.PrintWriter;
import java.util.List;

/** Shows incidents to a person. */
public final class IncidentPrinter {
    private IncidentPrinter() {}

    /** Prints a table with one row per incident and its message below. */
    public static void table(List<Incident> incidents, PrintWriter out) {
        Table table = Table.of("INCIDENT", "CODE", "SITE", "RESOURCE", "TIMES", "LAST SEEN");
        for (Incident incident : incidents) {
            Report report = incident.report();
            table.row(
                            incident.id(),
                            report.code() + (incident.resolvedAt() == null ? "" : " (resolved)"),
                            report.siteId(),
                            report.resourceId(),
                            incident.count(),
                            DisplayText.time(incident.lastSeenAt()))
                    .under(report.message() + (report.evidence() == null ? "" : " [" + report.evidence() + "]"));
        }
        table.print(out);
    }
}
