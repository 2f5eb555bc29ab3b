package dev.brain.playwright;

import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks a page through {@code reading.js} and {@code pressing.js}. */
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

    /** What every document must run before its own scripts do. */
    static String first() {
        return PRESSING + ".listen()";
    }

    /** What a function of {@code reading.js} answers; null if it leaves the question to Playwright's locators. */
    static @Nullable Object ask(Page page, String function, Map<String, @Nullable Object> arguments) {
        return page.evaluate(reading(function), arguments);
    }

    /** The same, as it is in the page. */
    static JSHandle hold(Page page, String function, Map<String, @Nullable Object> arguments) {
        return page.evaluateHandle(reading(function), arguments);
    }

    /** What a function answers in the frame of an element, whose elements the arguments may hold. */
    static JSHandle hold(ElementHandle element, String function, Map<String, @Nullable Object> arguments) {
        return element.evaluateHandle("(element, asked) => " + READING + "." + function + "(asked)", arguments);
    }

    /** What a function says of what is held. */
    static @Nullable Object of(JSHandle held, String function) {
        return held.evaluate("held => " + READING + "." + function + "(held)");
    }

    /** What a function of {@code pressing.js} answers in the frame of an element. */
    static @Nullable Object press(ElementHandle element, String function, Map<String, @Nullable Object> arguments) {
        return element.evaluate(
                "(element, asked) => " + PRESSING + "." + function + "(" + READING + ", asked)", arguments);
    }

    private static String reading(String function) {
        return "asked => " + READING + "." + function + "(asked)";
    }
}
