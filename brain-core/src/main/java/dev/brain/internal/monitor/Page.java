package dev.brain.internal.monitor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param rows its rows
 * @param next where the next page begins; null if this is the last one. A page that has fewer rows than were asked for, and a
 *     next one, ends where the store stopped searching
 */
public record Page<T>(List<T> rows, @Nullable Cursor next) {
    public Page {
        rows = List.copyOf(rows);
    }
}
