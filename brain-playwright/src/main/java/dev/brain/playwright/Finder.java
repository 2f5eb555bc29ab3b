package dev.brain.playwright;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.brain.error.ConfigurationException;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns places into Playwright's locators. */
final class Finder {
    private Finder() {}

    static Locator on(Page page, Place place) {
        return within(page.locator(":root"), place);
    }

    static Locator within(Locator root, Place place) {
        return within(root, place, false);
    }

    /** @param hidden whether what nobody sees yet counts, too */
    static Locator within(Locator root, Place place, boolean hidden) {
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

    /** Any of these; null if there are none. */
    static @Nullable Locator any(Page page, @Nullable Place... places) {
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
