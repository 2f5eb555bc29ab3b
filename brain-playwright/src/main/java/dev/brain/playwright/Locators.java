package dev.brain.playwright;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.AriaRole;
import dev.brain.error.ConfigurationException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns places into Playwright's locators. */
final class Locators {
    /** Milliseconds between two checks of a page. */
    private static final double LOOK = 50;

    private Locators() {}

    static Locator on(Page page, ElementLocator place) {
        return within(page.locator(":root"), place);
    }

    static Locator within(Locator root, ElementLocator place) {
        return within(root, place, false);
    }

    /** @param hidden whether what nobody sees yet counts, too */
    static Locator within(Locator outer, ElementLocator place, boolean hidden) {
        Locator root = place.frame() == null
                ? outer
                : within(outer, place.frame(), hidden).contentFrame().locator(":root");
        return switch (place.by()) {
            case ROLE -> {
                Locator.GetByRoleOptions options = new Locator.GetByRoleOptions().setIncludeHidden(hidden);
                if (place.name() != null) {
                    options.setName(place.name()).setExact(place.exact());
                }
                yield root.getByRole(role(place.text()), options);
            }
            case LABEL -> root.getByLabel(place.text(), new Locator.GetByLabelOptions().setExact(place.exact()));
            case TEXT -> root.getByText(place.text(), new Locator.GetByTextOptions().setExact(place.exact()));
            case CSS -> root.locator(place.text());
            case TEST_ID -> root.getByTestId(place.text());
        };
    }

    /** Returns the row itself if it matches the place, and the matches within it. */
    static Locator atOrWithin(Page page, Locator row, ElementLocator place) {
        return row.and(on(page, place)).or(within(row, place));
    }

    /** Returns whether a page shows something at the place now; false while another page is loading. */
    static boolean isShown(Page page, @Nullable ElementLocator place) {
        if (place == null) {
            return false;
        }
        try {
            return on(page, place).first().isVisible();
        } catch (PlaywrightException e) {
            if (page.isClosed()) {
                throw e;
            }
            return false;
        }
    }

    /** Waits until a condition holds. Returns whether it held within the time limit. */
    static boolean await(Page page, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            page.waitForTimeout(LOOK);
        }
        return true;
    }

    /** Any of these; null if there are none. */
    static @Nullable Locator any(Page page, @Nullable ElementLocator... places) {
        return Stream.of(places)
                .filter(Objects::nonNull)
                .map(place -> on(page, place))
                .reduce(Locator::or)
                .orElse(null);
    }

    private static AriaRole role(String name) {
        try {
            return AriaRole.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("there is no role '" + name + "' on web pages", e);
        }
    }
}
