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

/** Turns locators of a page file into Playwright's locators. */
final class Locators {
    /** Milliseconds between two checks of a page. */
    private static final double LOOK = 50;

    private Locators() {}

    static Locator on(Page page, ElementLocator locator) {
        return within(page.locator(":root"), locator);
    }

    static Locator within(Locator root, ElementLocator locator) {
        return within(root, locator, false);
    }

    /** @param hidden whether what nobody sees yet counts, too */
    static Locator within(Locator outer, ElementLocator locator, boolean hidden) {
        Locator root = locator.frame() == null
                ? outer
                : within(outer, locator.frame(), hidden).contentFrame().locator(":root");
        return switch (locator.by()) {
            case ROLE -> {
                Locator.GetByRoleOptions options = new Locator.GetByRoleOptions().setIncludeHidden(hidden);
                if (locator.name() != null) {
                    options.setName(locator.name()).setExact(locator.exact());
                }
                yield root.getByRole(role(locator.text()), options);
            }
            case LABEL -> root.getByLabel(locator.text(), new Locator.GetByLabelOptions().setExact(locator.exact()));
            case TEXT -> root.getByText(locator.text(), new Locator.GetByTextOptions().setExact(locator.exact()));
            case CSS -> root.locator(locator.text());
            case TEST_ID -> root.getByTestId(locator.text());
        };
    }

    /** Returns the row itself if it matches the element, and the matches within it. */
    static Locator atOrWithin(Page page, Locator row, ElementLocator locator) {
        return row.and(on(page, locator)).or(within(row, locator));
    }

    /** Returns whether a page shows something at the element now; false while another page is loading. */
    static boolean isShown(Page page, @Nullable ElementLocator locator) {
        if (locator == null) {
            return false;
        }
        try {
            return on(page, locator).first().isVisible();
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

    /** Returns a locator of any of these; null if there are none. */
    static @Nullable Locator any(Page page, @Nullable ElementLocator... locators) {
        return Stream.of(locators)
                .filter(Objects::nonNull)
                .map(locator -> on(page, locator))
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
