package dev.brain.dashboard.internal.page;

import java.util.Locale;

/**
 * A file of evidence.
 *
 * @param path its path, as the store has it
 * @param isThere whether this dashboard can show it
 * @param isImage whether a browser shows it as a picture
 */
public record Evidence(String path, boolean isThere, boolean isImage) {
    static Evidence of(String path, boolean isThere) {
        String name = path.toLowerCase(Locale.ROOT);
        return new Evidence(
                path,
                isThere,
                name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".webp"));
    }
}
