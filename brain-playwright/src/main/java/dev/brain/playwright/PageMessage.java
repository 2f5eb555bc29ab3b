package dev.brain.playwright;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The message of a page about a press.
 *
 * @param kind the kind of the element that shows it
 */
record PageMessage(String text, Kind kind) {
    /** The kinds of messages. */
    enum Kind {
        WON,
        LOST,
        ERROR
    }

    /** Milliseconds between two checks of a page. */
    private static final double LOOK = 20;

    /**
     * Waits for the first message that a page shows in one of the elements for it. Returns null if there is none in time.
     *
     * @throws PlaywrightException if the page goes away meanwhile
     */
    static @Nullable PageMessage on(Page page, PageSettings.Press press, Duration wait) {
        List<ElementLocator> locators = Stream.of(press.won(), press.lost(), press.error())
                .filter(Objects::nonNull)
                .toList();
        if (locators.isEmpty()) {
            page.waitForTimeout((double) wait.toMillis());
            return null;
        }
        @Nullable
        Object read = locators.stream().allMatch(ElementLocator::isSelector)
                ? PageScript.ask(page, "message", arguments(locators, press, wait))
                : null;
        if (read instanceof Map<?, ?> notice) {
            return new PageMessage(
                    String.valueOf(notice.get("text")).strip(), Kind.valueOf(String.valueOf(notice.get("kind"))));
        }
        return read == null ? located(page, press, wait) : null;
    }

    /** Returns whether the message has the number of a resource as a separate word. */
    boolean names(String reference) {
        return Pattern.compile(
                        "(?<!\\w[/.-]?)" + Pattern.quote(reference.strip()) + "(?![/.-]?\\w)",
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS)
                .matcher(text)
                .find();
    }

    private static Map<String, @Nullable Object> arguments(
            List<ElementLocator> locators, PageSettings.Press press, Duration wait) {
        Map<String, @Nullable Object> arguments = new HashMap<>();
        arguments.put("places", locators.stream().map(ElementLocator::text).collect(Collectors.joining(", ")));
        arguments.put("error", press.error() == null ? null : press.error().text());
        arguments.put("lost", press.lost() == null ? null : press.lost().text());
        arguments.put("millis", (double) wait.toMillis());
        return arguments;
    }

    private static @Nullable PageMessage located(Page page, PageSettings.Press press, Duration wait) {
        Locator seen = Objects.requireNonNull(Locators.any(page, press.won(), press.lost(), press.error()))
                .filter(new Locator.FilterOptions().setVisible(true));
        for (long end = System.nanoTime() + wait.toNanos(); ; ) {
            List<String> texts = seen.allInnerTexts();
            if (!texts.isEmpty()) {
                return new PageMessage(
                        texts.get(0).strip(),
                        isShown(page, press.error()) ? Kind.ERROR : isShown(page, press.lost()) ? Kind.LOST : Kind.WON);
            }
            if (System.nanoTime() >= end) {
                return null;
            }
            page.waitForTimeout(LOOK);
        }
    }

    private static boolean isShown(Page page, @Nullable ElementLocator locator) {
        return locator != null && Locators.on(page, locator).first().isVisible();
    }
}
