package dev.brain.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares names that people have typed, without regard to case, accents, kinds of blanks and invisible characters.
 *
 * @stability stable
 */
public final class Folding {
    // \s lacks the no-break spaces (U+00A0, U+2007, U+202F) that come from copied web pages; \p{Z} has them.
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");
    // \p{Cf}: zero-width characters, which nobody sees and every copied text may have
    private static final Pattern UNSEEN = Pattern.compile("[\\p{M}\\p{Cf}]+");

    private Folding() {}

    /**
     * Returns a text in lower case, without accents and zero-width characters. A run of blanks becomes one space, and
     * blanks at the ends are removed. Null becomes "".
     */
    public static String fold(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String plain =
                UNSEEN.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
        // there and back, because only upper case makes SS of ß, and only lower case makes ß of its capital
        return trim(BLANKS.matcher(plain).replaceAll(" "))
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    /**
     * Returns whether a text contains a key, after both are folded. No text contains a blank key.
     *
     * <table>
     * <caption>Examples</caption>
     * <tr><th>text</th><th>key</th><th></th></tr>
     * <tr><td>{@code Identificación del conductor}</td><td>{@code IDENTIFICACION}</td><td>yes</td></tr>
     * <tr><td>{@code Propuesta  de resolución}</td><td>{@code propuesta de}</td><td>yes</td></tr>
     * <tr><td>{@code Sanción}</td><td>{@code Resolución sancionadora}</td><td>no</td></tr>
     * <tr><td>anything</td><td>{@code ""}</td><td>no</td></tr>
     * </table>
     */
    public static boolean contains(@Nullable String text, String key) {
        String folded = fold(key);
        return !folded.isEmpty() && fold(text).contains(folded);
    }

    /** Returns a text without blanks, no-break spaces and zero-width characters at its ends. Null becomes "". */
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
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.getType(c) == Character.FORMAT
                || c == 0;
    }
}
