package dev.brain.launcher;

import static java.util.Objects.requireNonNull;

import dev.brain.internal.text.VisibleText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** A table for a terminal: columns are as wide as their widest cell, numbers are aligned right. Not thread-safe. */
final class Table {
    private static final String GAP = "  ";
    private final List<String> titles;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private final Map<Integer, String> notes = new HashMap<>();

    private Table(List<String> titles) {
        this.titles = titles;
    }

    static Table of(String... titles) {
        return new Table(List.of(titles));
    }

    /** Returns a table without titles. */
    static Table untitled(int columns) {
        return new Table(new ArrayList<>(java.util.Collections.nCopies(columns, "")));
    }

    /** Adds a row with one cell per column; null is an empty cell. */
    Table row(@Nullable Object... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + titles.size() + " columns");
        }
        rows.add(Arrays.asList(cells));
        return this;
    }

    /** Adds a text of any length on its own line below the last row; null adds nothing. */
    Table under(@Nullable String note) {
        if (note != null) {
            notes.put(rows.size() - 1, text(note));
        }
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void print(PrintWriter out) {
        int[] widths = new int[titles.size()];
        boolean[] right = new boolean[titles.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = width(titles.get(column));
            right[column] = !rows.isEmpty();
            for (List<@Nullable Object> row : rows) {
                widths[column] = Math.max(widths[column], width(text(row.get(column))));
                right[column] &= row.get(column) == null || row.get(column) instanceof Number;
            }
        }
        if (titles.stream().anyMatch(title -> !title.isEmpty())) {
            out.print(Ansi.AUTO.string("@|bold " + line(titles, widths, right) + "|@"));
            out.println();
        }
        for (int row = 0; row < rows.size(); row++) {
            out.println(line(rows.get(row), widths, right));
            if (notes.containsKey(row)) {
                out.println(" ".repeat(widths[0]) + GAP + notes.get(row));
            }
        }
    }

    private static String line(List<? extends @Nullable Object> cells, int[] widths, boolean[] right) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String text = text(cells.get(column));
            String blanks = " ".repeat(widths[column] - width(text));
            line.append(column == 0 ? "" : GAP).append(right[column] ? blanks + text : text + blanks);
        }
        return line.toString().stripTrailing();
    }

    private static String text(@Nullable Object cell) {
        return cell == null
                ? ""
                : VisibleText.of(requireNonNull(cell.toString()).replaceAll("\\R|\\t", " "));
    }

    /** Returns the width of a text on a terminal, where a letter may consist of several characters. */
    static int width(String text) {
        return text.codePoints().map(Table::width).sum();
    }

    private static int width(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT, Character.CONTROL -> 0;
            default -> isWide(codePoint) ? 2 : 1;
        };
    }

    private static boolean isWide(int codePoint) {
        return Character.isIdeographic(codePoint)
                || (codePoint >= 0x1100 && codePoint <= 0x115F)
                || (codePoint >= 0x3040 && codePoint <= 0x30FF)
                || (codePoint >= 0xAC00 && codePoint <= 0xD7A3)
                || (codePoint >= 0xFF01 && codePoint <= 0xFF60)
                || (codePoint >= 0x1F300 && codePoint <= 0x1FAFF);
    }
}
