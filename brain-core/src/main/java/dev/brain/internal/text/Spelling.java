package dev.brain.internal.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the known name that a misspelt name most likely stands for. */
public final class Spelling {
    private Spelling() {}

    /** Returns the known name that differs from the typed one by at most two letters; empty if none is that close. */
    public static Optional<String> nearest(String typed, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(typed, name)))
                .filter(name -> distance(typed, name) <= Math.max(2, name.length() / 3));
    }

    /** Returns the end of a message on an unknown name: the name that was most likely meant, or else all known ones. */
    public static String hint(String typed, Collection<String> known) {
        return nearest(typed, known)
                .map(meant -> "; did you mean '" + meant + "'?")
                .orElseGet(() -> "; known are " + String.join(", ", known));
    }

    /** Returns how many letters must be changed, added or removed to turn one into the other. */
    private static int distance(String typed, String known) {
        String from = typed.toLowerCase(Locale.ROOT).replace('-', '_');
        String to = known.toLowerCase(Locale.ROOT).replace('-', '_');
        int[] previous = new int[to.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
