package dev.brain.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes names comparable that people typed: case, accents, kinds of blanks and blanks at the ends don't count. */
public final class Folding {
    // \s lacks the no-break spaces (U+00A0, U+2007, U+202F) that come from copied web pages; \p{Z} has them.
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\u200B\\uFEFF]+");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    private Folding() {}

    /** The text in lower case without accents, every run of blanks one space, none at the ends; null gives "". */
    public static String fold(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String plain =
                MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
        return trim(BLANKS.matcher(plain).replaceAll(" ")).toLowerCase(Locale.ROOT);
    }

    /** The text without blanks at its ends, no-break spaces included; null gives "". */
    public static String trim(@Nullable String text) {
        if (text == null) {
            return "";
        }
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u200B' || c == '\uFEFF' || c == 0;
    }
}
