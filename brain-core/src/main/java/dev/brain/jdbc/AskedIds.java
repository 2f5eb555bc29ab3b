package dev.brain.jdbc;

import dev.brain.resource.ResourceId;
import dev.brain.text.Folding;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ids that rows were asked for by. A database may hold other spellings of a text to be the same key, by its blanks at
 * the end, its case or its accents, and answers with its own.
 */
final class AskedIds {
    private final Set<ResourceId> asked;
    private @Nullable Map<String, ResourceId> bySpelling;

    AskedIds(Collection<ResourceId> ids) {
        this.asked = new HashSet<>(ids);
    }

    /** Returns the id that was asked for and whose row this is: the same one, else one that only its spelling tells apart. */
    ResourceId of(Object value) {
        ResourceId found = ResourceId.of(value);
        if (asked.contains(found)) {
            return found;
        }
        Map<String, ResourceId> spellings = bySpelling;
        if (spellings == null) {
            spellings = new HashMap<>();
            for (ResourceId id : asked) {
                spellings.putIfAbsent(spelling(id), id);
            }
            bySpelling = spellings;
        }
        return spellings.getOrDefault(spelling(found), found);
    }

    /** Blanks in front count in every database. */
    private static String spelling(ResourceId id) {
        int blanks = id.value().length() - id.value().stripLeading().length();
        return blanks + Folding.fold(id.value());
    }
}
