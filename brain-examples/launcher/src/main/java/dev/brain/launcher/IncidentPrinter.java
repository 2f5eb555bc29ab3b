package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows incidents to a person, or to a program. */
public final class IncidentPrinter {
    private IncidentPrinter() {}

    /** Prints a table with one row per incident and its message below. */
    public static void table(List<Incident> incidents, PrintWriter out) {
        Table table = Table.of("INCIDENT", "CODE", "SITE", "RESOURCE", "TIMES", "LAST SEEN", "ASSIGNEE");
        for (Incident incident : incidents) {
            Report report = incident.report();
            table.row(
                            incident.id(),
                            report.code() + (incident.resolvedAt() == null ? "" : " (resolved)"),
                            report.siteId(),
                            report.resourceId(),
                            incident.count(),
                            DisplayText.time(incident.lastSeenAt()),
                            incident.assignee())
                    .under(report.message() + (report.evidence() == null ? "" : " [" + report.evidence() + "]"));
        }
        table.print(out);
    }

    /** Prints everything that is known about an incident, one property on each line. */
    static void details(Incident incident, PrintWriter out) {
        Report report = incident.report();
        Table table = Table.untitled(2);
        table.row("incident", String.valueOf(incident.id()));
        table.row("code", report.code());
        table.row("site", report.siteId());
        addUnlessNull(table, "resource", report.resourceId());
        table.row("message", report.message());
        addUnlessNull(table, "evidence", report.evidence());
        addUnlessNull(table, "owner", report.owner());
        table.row("times", String.valueOf(incident.count()));
        table.row("opened", DisplayText.time(incident.openedAt()));
        table.row("last seen", DisplayText.time(incident.lastSeenAt()));
        addUnlessNull(
                table, "resolved", incident.resolvedAt() == null ? null : DisplayText.time(incident.resolvedAt()));
        addUnlessNull(table, "assignee", incident.assignee());
        table.print(out);
        if (incident.resolvedAt() == null) {
            out.println();
            out.println(consequence(report.code()));
        }
    }

    private static void addUnlessNull(Table table, String name, @Nullable Object value) {
        if (value != null) {
            table.row(name, value.toString());
        }
    }

    /** Returns what resolving an incident leads to. */
    static String consequence(IncidentCode code) {
        if (IncidentCode.OF_FAILED_TASKS.contains(code)) {
            return "Resolving it leaves its task failed and its resource blocked. To go on with the case, use 'brain tasks"
                    + " retry' or 'brain tasks unblock'; both also resolve the incident.";
        }
        return switch (code) {
            case CLAIM_FAILED -> "Resolving it lets the next cycle claim the resource again.";
            case RESTORED -> "It is closed by 'brain queue restored approve', which also lets the held tasks go on.";
            case RESTORED_CLAIMS ->
                "The next cycle closes it, and nothing else does: it reads what the site has claimed.";
            case CLAIM_CONTRADICTED, CLAIMANT_SHARED -> "Resolving it lets the site claim again.";
            default -> "Resolving it changes nothing else. The next cycle opens it again if its cause is still there.";
        };
    }

    static ObjectNode json(Incident incident) {
        Report report = incident.report();
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", incident.id())
                .put("code", report.code().name())
                .put("site_id", report.siteId())
                .put(
                        "resource_id",
                        report.resourceId() == null ? null : report.resourceId().value())
                .put("message", report.message())
                .put("evidence", report.evidence())
                .put("count", incident.count())
                .put("opened_at", incident.openedAt().toString())
                .put("last_seen_at", incident.lastSeenAt().toString())
                .put(
                        "resolved_at",
                        incident.resolvedAt() == null
                                ? null
                                : incident.resolvedAt().toString())
                .put("assignee", incident.assignee());
    }
}
