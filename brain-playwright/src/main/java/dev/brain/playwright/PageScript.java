package dev.brain.playwright;

import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls the functions of {@code reading.js} and {@code pressing.js} in a page. */
final class PageScript {
    private static final String READING = load("reading.js");
    private static final String PRESSING = load("pressing.js");

    private PageScript() {}

    private static String load(String name) {
        try (InputStream in = Objects.requireNonNull(PageScript.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the script that every document must run before its own scripts. */
    static String first() {
        return PRESSING + ".listen()";
    }

    /** Returns the script that every document must run before its own scripts while a press is under way. */
    static String closed(String token) {
        return PRESSING + ".close('" + token + "')";
    }

    /** Returns the result of a function of {@code reading.js}; null if Playwright's locators must be used instead. */
    static @Nullable Object ask(Page page, String function, Map<String, @Nullable Object> arguments) {
        return page.evaluate(reading(function), arguments);
    }

    /** Returns the same result as a handle in the page. */
    static JSHandle hold(Page page, String function, Map<String, @Nullable Object> arguments) {
        return page.evaluateHandle(reading(function), arguments);
    }

    /** Returns the result of a function in the frame of an element; the arguments may contain elements of that frame. */
    static JSHandle hold(ElementHandle element, String function, Map<String, @Nullable Object> arguments) {
        return element.evaluateHandle("(element, asked) => " + READING + "." + function + "(asked)", arguments);
    }

    /** Returns the result of a function on a held row. */
    static @Nullable Object of(JSHandle held, String function) {
        return held.evaluate("held => " + READING + "." + function + "(held)");
    }

    /** Returns the result of a function of {@code pressing.js} in the frame of an element. */
    static @Nullable Object press(ElementHandle element, String function, Map<String, @Nullable Object> arguments) {
        return element.evaluate(
                "(element, asked) => " + PRESSING + "." + function + "(" + READING + ", asked)", arguments);
    }

    /** Clicks an element that dismisses something in front of others; also while a press is under way. */
    static void dismiss(Locator element) {
        ElementHandle found = element.elementHandle();
        press(found, "permit", Map.of("element", found));
        found.click();
    }

    private static String reading(String function) {
        return "asked => " + READING + "." + function + "(asked)";
    }
}
