package dev.brain.internal.text;

/**
 * Makes text of other programs safe to display. Control characters could move a terminal's cursor, forge a log line or
 * reverse the order of the letters.
 */
public final class VisibleText {
    private VisibleText() {}

    /** Returns the text with every control character and every bidirectional control as an escape. */
    public static String of(String text) {
        return escaped(text, false);
    }

    /** Returns the text escaped in the same way, but keeps line breaks and tabs; JSON stays equivalent. */
    public static String ofLines(String text) {
        return escaped(text, true);
    }

    private static String escaped(String text, boolean keepsLines) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isInvisible(c) || (keepsLines && isLayout(text, i))) {
                escaped.append(c);
            } else {
                switch (c) {
                    case '\n' -> escaped.append("\\n");
                    case '\r' -> escaped.append("\\r");
                    case '\t' -> escaped.append("\\t");
                    default -> escaped.append(String.format("\\u%04x", (int) c));
                }
            }
        }
        return escaped.length() == text.length() ? text : escaped.toString();
    }

    /** A single carriage return would overwrite the line. */
    private static boolean isLayout(String text, int at) {
        return switch (text.charAt(at)) {
            case '\n', '\t' -> true;
            case '\r' -> text.startsWith("\r\n", at);
            default -> false;
        };
    }

    /** C0, DEL, C1, the line and paragraph separators, and Unicode's bidirectional controls. */
    private static boolean isInvisible(char c) {
        return Character.isISOControl(c)
                || c == '\u061C'
                || (c >= '\u200E' && c <= '\u200F')
                || (c >= '\u2028' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069');
    }
}
