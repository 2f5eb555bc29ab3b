package dev.brain.playwright;

import com.microsoft.playwright.PlaywrightException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes errors of a browser in one line. */
final class BrowserError {
    private static final int LONGEST = 200;
    /** Playwright for Java formats an error as an object with the message as a field. */
    private static final Pattern FIELD = Pattern.compile("\\bmessage='(.*)");
    /** The address, which may contain an account; messages name it separately. */
    private static final Pattern ADDRESS = Pattern.compile(" at \\w+://\\S*");

    private BrowserError() {}

    /** Returns the message of a failure without Playwright's log, which may show typed text. */
    static String message(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        if (!(failure instanceof PlaywrightException)) {
            return brief(text);
        }
        Matcher field = FIELD.matcher(text);
        String line = field.find() ? field.group(1) : text;
        return brief(ADDRESS.matcher(line.replaceFirst("^Error: ", "")).replaceAll(""));
    }

    /**
     * Returns a failure with the same stack, to be kept as a cause: Playwright's own message has a log of headers and typed
     * texts, and causes are logged.
     */
    static RuntimeException cause(RuntimeException failure) {
        if (!(failure instanceof PlaywrightException)) {
            return failure;
        }
        PlaywrightException cause = new PlaywrightException(message(failure));
        cause.setStackTrace(failure.getStackTrace());
        return cause;
    }

    /** Returns the first line of a text, truncated if it is long. */
    static String brief(@Nullable String text) {
        String line = String.valueOf(text)
                .lines()
                .filter(each -> !each.isBlank())
                .findFirst()
                .orElse("")
                .strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
