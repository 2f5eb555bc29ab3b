package dev.brain.internal.site;

import static java.util.Objects.requireNonNull;

import dev.brain.text.Folding;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The pattern that the whole trimmed reference of a site's resources must match; thread-safe. */
public final class ReferencePattern {
    /** Characters that one match may look at: far above what an honest pattern needs for a short reference. */
    static final int BUDGET = 100_000;

    private final Pattern pattern;

    private ReferencePattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a regular expression of {@link Pattern}.
     *
     * @throws PatternException if it isn't one
     */
    public static ReferencePattern compile(String regex) {
        requireNonNull(regex, "regex");
        try {
            return new ReferencePattern(Pattern.compile(regex));
        } catch (PatternSyntaxException e) {
            throw new PatternException(
                    "the reference pattern '" + regex + "' is broken at position " + e.getIndex() + ": "
                            + e.getDescription() + "; correct it in the site",
                    e);
        }
    }

    /**
     * Returns whether a whole reference, without blanks at its ends, matches. Null never does.
     *
     * @throws PatternException if the pattern backtracks without end on this reference
     */
    public boolean matches(@Nullable String reference) {
        if (reference == null) {
            return false;
        }
        String trimmed = Folding.trim(reference);
        try {
            return pattern.matcher(new Budgeted(trimmed)).matches();
        } catch (BudgetSpent | StackOverflowError e) {
            throw new PatternException(
                    "the reference pattern '" + pattern + "' backtracks without end on '"
                            + trimmed.substring(0, Math.min(60, trimmed.length()))
                            + "'; write it without nested repetition",
                    e);
        }
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** Counts what the matcher reads, so that a match ends after so many steps on any machine. */
    private static final class Budgeted implements CharSequence {
        private final String text;
        private int left = BUDGET;

        Budgeted(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            left--;
            if (left < 0) {
                throw new BudgetSpent();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class BudgetSpent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BudgetSpent() {
            super("budget spent", null, false, false);
        }
    }
}
