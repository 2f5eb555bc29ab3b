package dev.brain.playwright;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes how an element of a page is found.
 *
 * @param by the kind of element
 * @param text what that must be; may hold {@code {id}} and {@code {reference}}
 * @param name the accessible name, of a role only
 * @param exact whether texts must be the same as a whole
 * @param frame the frame that contains it; null for the page itself
 */
record ElementLocator(
        By by,
        String text,
        @Nullable String name,
        boolean exact,
        @Nullable ElementLocator frame) {
    /** The ways to find something. */
    enum By {
        ROLE,
        LABEL,
        TEXT,
        CSS,
        TEST_ID
    }

    private static final Pattern SAFE = Pattern.compile("[\\w./ -]*");

    ElementLocator {
        requireNonNull(by, "by");
        requireNonNull(text, "text");
    }

    /** Creates a locator of an element in the page itself. */
    ElementLocator(By by, String text, @Nullable String name, boolean exact) {
        this(by, text, name, exact, null);
    }

    /** Returns whether the browser's own selectors can find it. */
    boolean isSelector() {
        return by == By.CSS && frame == null;
    }

    /**
     * Returns the locator for one resource. A value that would change the meaning of a selector gives one that finds
     * nothing.
     */
    ElementLocator of(String id, String reference) {
        if (!hasPlaceholder()) {
            return this;
        }
        return new ElementLocator(
                by,
                filled(text, id, reference),
                name == null ? null : filled(name, id, reference),
                exact,
                frame == null ? null : frame.of(id, reference));
    }

    /** Returns whether it depends on the resource. */
    boolean hasPlaceholder() {
        return text.indexOf('{') >= 0
                || (name != null && name.indexOf('{') >= 0)
                || (frame != null && frame.hasPlaceholder());
    }

    private String filled(String template, String id, String reference) {
        if (by == By.CSS
                && template.indexOf('{') >= 0
                && !(SAFE.matcher(id).matches() && SAFE.matcher(reference).matches())) {
            return "brain-nothing";
        }
        return template.replace("{id}", id).replace("{reference}", reference);
    }

    /** Returns the locator as a page file has it. */
    @Override
    public String toString() {
        String found = switch (by) {
            case ROLE -> "\"role\": \"" + text + "\"" + (name == null ? "" : ", \"name\": \"" + name + "\"");
            case LABEL -> "\"label\": \"" + text + "\"";
            case TEXT -> "\"text\": \"" + text + "\"";
            case CSS -> "\"css\": \"" + text + "\"";
            case TEST_ID -> "\"testId\": \"" + text + "\"";
        };
        return "{" + found + (frame == null ? "" : ", \"frame\": " + frame) + "}";
    }
}
