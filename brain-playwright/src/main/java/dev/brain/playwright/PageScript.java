package dev.brain.playwright;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks a page through {@code reading.js}. */
final class PageScript {
    private static final String SCRIPT = load();

    private PageScript() {}

    private static String load() {
        try (InputStream in =
                Objects.requireNonNull(PageScript.class.getResourceAsStream("reading.js"), "reading.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a function of the script answers; null if it leaves the question to Playwright's locators. */
    static @Nullable Object ask(Page page, String function, Map<String, @Nullable Object> arguments) {
        return page.evaluate("asked => " + SCRIPT.strip() + "." + function + "(asked)", arguments);
    }
}
