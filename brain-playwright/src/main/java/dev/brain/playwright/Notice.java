package dev.brain.playwright;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a page says of a press.
 *
 * @param isError whether it says that it failed
 */
record Notice(String text, boolean isError) {
    /** Milliseconds in which Playwright gets its own script into a new page, and an answer. */
    private static final long SCRIPT = 250;

    /**
     * The first that a page shows in one of the places for it, waited for so long; null if there is none.
     *
     * @throws PlaywrightException if the page goes away meanwhile
     */
    static @Nullable Notice on(Page page, PageSettings.Press press, Duration wait) {
        List<Place> places = Stream.of(press.won(), press.lost(), press.error())
                .filter(Objects::nonNull)
                .toList();
        if (places.isEmpty()) {
            page.waitForTimeout((double) wait.toMillis());
            return null;
        }
        @Nullable
        Object read = places.stream().allMatch(place -> place.by() == Place.By.CSS)
                ? PageScript.ask(page, "notice", arguments(places, press.error(), wait))
                : null;
        if (read instanceof Map<?, ?> notice) {
            return new Notice(String.valueOf(notice.get("text")).strip(), Boolean.TRUE.equals(notice.get("error")));
        }
        return read == null ? located(page, press, wait) : null;
    }

    private static Map<String, @Nullable Object> arguments(List<Place> places, @Nullable Place error, Duration wait) {
        Map<String, @Nullable Object> arguments = new HashMap<>();
        arguments.put("places", places.stream().map(Place::text).collect(Collectors.joining(", ")));
        arguments.put("error", error == null ? null : error.text());
        arguments.put("millis", (double) wait.toMillis());
        return arguments;
    }

    private static @Nullable Notice located(Page page, PageSettings.Press press, Duration wait) {
        Locator seen = Objects.requireNonNull(Finder.any(page, press.won(), press.lost(), press.error()))
                .filter(new Locator.FilterOptions().setVisible(true))
                .first();
        try {
            String text = seen.innerText(
                    new Locator.InnerTextOptions().setTimeout((double) Math.max(SCRIPT, wait.toMillis())));
            return new Notice(
                    text.strip(),
                    press.error() != null
                            && Finder.on(page, press.error()).first().isVisible());
        } catch (TimeoutError e) {
            return null;
        }
    }
}
