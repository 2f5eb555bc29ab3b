package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Shows what a cycle did, to a person or to a program. */
public final class ReportPrinter {
    /** In the order in which a case passes through them. */
    private static final List<Column> COLUMNS = List.of(
            new Column("SEEN", true, SiteReport::candidates),
            new Column("REJECTED", true, SiteReport::rejected),
            new Column("BLOCKED", true, SiteReport::blocked),
            new Column("DUPLICATE", true, SiteReport::duplicates),
            new Column("CLAIMED", true, SiteReport::claimed),
            new Column("LOST", true, SiteReport::lost),
            new Column("UNKNOWN", false, SiteReport::unknown),
            new Column("NOT CLAIMED", false, SiteReport::notClaimed),
            new Column("RECOVERED", false, SiteReport::recovered),
            new Column("QUEUED", true, SiteReport::enqueued),
            new Column("KNOWN", false, SiteReport::known),
            new Column("ERRORS", true, SiteReport::errorCount));

    private record Column(String title, boolean always, ToLongFunction<SiteReport> count) {}

    private ReportPrinter() {}

    /**
     * Prints one row per site, and one for errors outside of any site. Rare columns are shown only if they have a count.
     */
    public static void table(CycleReport report, PrintWriter out) {
        List<Column> shown = COLUMNS.stream()
                .filter(column -> column.always() || report.total(column.count()) > 0)
                .toList();
        List<String> titles = new ArrayList<>(List.of("SITE"));
        shown.forEach(column -> titles.add(column.title()));
        Table table = Table.of(titles.toArray(String[]::new));
        for (SiteReport site : report.sites()) {
            List<@Nullable Object> cells = new ArrayList<>(List.of(site.siteId()));
            for (Column column : shown) {
                long count = column.count().applyAsLong(site);
                // A zero would look as if there were nothing to do.
                cells.add((site.paused() || site.opensAt() != null) && count == 0 ? null : count);
            }
            table.row(cells.toArray());
            if (site.opensAt() != null) {
                table.under("its working hours are over: nothing is claimed for it before "
                        + DisplayText.time(site.opensAt()));
            }
            if (site.paused()) {
                table.under(
                        "paused: nothing is claimed for it; 'brain sites resume " + site.siteId() + "' lets it go on");
            }
        }
        if (!report.errors().isEmpty()) {
            List<@Nullable Object> cells = new ArrayList<>(List.of("(whole cycle)"));
            shown.forEach(column -> cells.add(null));
            cells.set(cells.size() - 1, (long) report.errors().size());
            table.row(cells.toArray());
        }
        table.print(out);
    }

    /** Returns the whole report in one line. */
    public static String summary(CycleReport report) {
        long lost = report.total(SiteReport::lost);
        long unknown = report.total(SiteReport::unknown);
        long recovered = report.total(SiteReport::recovered);
        long notClaimed = report.total(SiteReport::notClaimed);
        long known = report.total(SiteReport::known);
        long paused = report.sites().stream().filter(SiteReport::paused).count();
        long closed =
                report.sites().stream().filter(site -> site.opensAt() != null).count();
        return DisplayText.count(report.sites().size(), "site") + (paused > 0 ? " (" + paused + " paused)" : "")
                + (closed > 0 ? " (" + closed + " outside working hours)" : "") + ", "
                + DisplayText.count(report.total(SiteReport::candidates), "candidate") + ": " + report.claimed()
                + " claimed"
                + (lost > 0 ? ", " + lost + " lost" : "")
                + (unknown > 0 ? ", " + unknown + " unknown" : "")
                + (notClaimed > 0 ? ", " + notClaimed + " not claimed" : "")
                + (recovered > 0 ? ", " + recovered + " recovered" : "")
                + ", " + report.enqueued() + " queued, " + (known > 0 ? known + " known, " : "")
                + DisplayText.count(report.errorCount(), "error") + " ("
                + DisplayText.seconds(report.took()) + ")";
    }

    public static int status(CycleReport report) {
        return report.errorCount() > 0 ? BrainCommand.FAILED : BrainCommand.DONE;
    }

    static ObjectNode json(CycleReport report) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode sites = object.putArray("sites");
        for (SiteReport site : report.sites()) {
            ObjectNode row = sites.addObject().put("site_id", site.siteId());
            for (Counter counter : Counter.values()) {
                row.put(counter.jsonName(), site.count(counter));
            }
            if (site.paused()) {
                row.put("paused", true);
            }
            if (site.opensAt() != null) {
                row.put("opens_at", site.opensAt().toString());
            }
            if (!site.warnings().isEmpty()) {
                site.warnings().forEach(row.putArray("warnings")::add);
            }
        }
        return object.put("claimed", report.claimed())
                .put("enqueued", report.enqueued())
                .put("known", report.total(SiteReport::known))
                .put("errors", report.errorCount());
    }
}
