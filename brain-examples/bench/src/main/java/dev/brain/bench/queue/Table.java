package dev.brain.bench.queue;

import dev.brain.sqlite.SqliteStore.Synchronous;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The results as aligned text: rates, and how many times as fast Brain is. */
final class Table {
    private final Results results;
    private final List<Contender> contenders;

    Table(Results results, List<Contender> contenders) {
        this.results = results;
        this.contenders = contenders;
    }

    List<String> lines(Synchronous synchronous) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("synchronous=" + synchronous));
        for (Measure measure : Measure.values()) {
            header.add(measure.title());
        }
        rows.add(header);
        for (Contender contender : contenders) {
            List<String> row = new ArrayList<>(List.of(contender.name()));
            for (Measure measure : Measure.values()) {
                row.add(cell(synchronous, contender, measure));
            }
            rows.add(row);
        }
        return align(rows);
    }

    /** Returns what is said below the table. */
    static List<String> notes(int rounds) {
        return """
                Tasks a second, the median of the rounds (%d); "x" is how many times as fast Brain is, the median of
                  what it was in each round.
                Whoever needs a commit for each task gets fewer tasks, since rates are compared.
                enqueue: Brain's is two commits, a claim's reservation and its confirmation; the others' is one.
                drain: Brain's from its call to its return; the peers' from their first task's beginning to their
                  last one's durable end, so that neither their start nor JobRunr's poll interval (5 s, its least)
                  counts. The loop has one thread in both columns.""".formatted(rounds).lines().toList();
    }

    private String cell(Synchronous synchronous, Contender contender, Measure measure) {
        OptionalDouble rate = results.rate(synchronous, contender, measure);
        if (rate.isEmpty()) {
            return "-";
        }
        String text = String.format(Locale.ROOT, "%,.0f/s", rate.getAsDouble());
        if (contender instanceof Brain) {
            return text + "        ";
        }
        double ratio = results.ratio(synchronous, new Brain(), synchronous, contender, measure);
        return text + String.format(Locale.ROOT, "  %5.2fx", ratio);
    }

    private static List<String> align(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(String.format(Locale.ROOT, (i == 0 ? "%-" : "  %") + widths[i] + "s", row.get(i)));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
