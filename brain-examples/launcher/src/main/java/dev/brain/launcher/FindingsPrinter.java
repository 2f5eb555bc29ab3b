package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.check.Finding.Level;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** Shows the findings of checks, grouped by what was checked. */
final class FindingsPrinter {
    private FindingsPrinter() {}

    static void print(Map<String, List<Finding>> findings, PrintWriter out) {
        Table table = Table.untitled(4);
        findings.forEach((where, list) -> {
            for (Finding finding : list) {
                table.row(mark(finding.level()), where, finding.subject(), finding.message());
            }
        });
        table.print(out);
        out.println();
        long errors = count(findings, Level.ERROR);
        long warnings = count(findings, Level.WARNING);
        out.println(
                errors + warnings == 0
                        ? "All is well."
                        : DisplayText.capital(DisplayText.count(errors, "error")) + ", "
                                + DisplayText.count(warnings, "warning") + ".");
    }

    /** Adds the findings of one subject to an array. */
    static void put(ArrayNode array, List<Finding> findings) {
        for (Finding finding : findings) {
            array.addObject()
                    .put("level", mark(finding.level()))
                    .put("subject", finding.subject())
                    .put("message", finding.message());
        }
    }

    static ObjectNode putCounts(ObjectNode object, Map<String, List<Finding>> findings) {
        return object.put("errors", count(findings, Level.ERROR)).put("warnings", count(findings, Level.WARNING));
    }

    static int status(Map<String, List<Finding>> findings) {
        return count(findings, Level.ERROR) > 0 ? BrainCommand.FAILED : BrainCommand.DONE;
    }

    private static long count(Map<String, List<Finding>> findings, Level level) {
        return findings.values().stream()
                .flatMap(List::stream)
                .filter(finding -> finding.level() == level)
                .count();
    }

    private static String mark(Level level) {
        return switch (level) {
            case OK -> "OK";
            case WARNING -> "WARN";
            case ERROR -> "ERROR";
        };
    }
}
