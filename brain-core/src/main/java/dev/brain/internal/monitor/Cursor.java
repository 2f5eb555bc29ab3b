package dev.brain.internal.monitor;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row that a list goes on after.
 *
 * @param at the time that the list is sorted by; null if it is sorted by number only
 * @param id the row's number
 */
public record Cursor(@Nullable Instant at, long id) {
    /** Returns the cursor as a text for a URL. */
    public String text() {
        return at == null ? String.valueOf(id) : at + "_" + id;
    }

    /** Returns the cursor of a text; empty if it is none. */
    public static Optional<Cursor> of(String text) {
        int underscore = text.indexOf('_');
        try {
            Instant at = underscore < 0 ? null : Instant.parse(text.substring(0, underscore));
            return Optional.of(new Cursor(at, Long.parseLong(text.substring(underscore + 1))));
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
