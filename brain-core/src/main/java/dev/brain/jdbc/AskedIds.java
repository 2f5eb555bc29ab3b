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
 * The ids in a query. A database may treat different spellings of a text as the same key, by trailing blanks, case or
 * accents, and returns its own spelling.
 */
final class AskedIds {
    private final Set<ResourceId> asked;
    private @Nullable Map<String, ResourceId> bySpelling;

    AskedIds(Collection<ResourceId> ids) {
        this.asked = new HashSet<>(ids);
    }

    /** Returns the requested id of a row: the same id, otherwise one that differs only in its spelling. */
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

    /** Leading blanks are significant in every database. */
    private static String spelling(ResourceId id) {
        int blanks = id.value().length() - id.value().stripLeading().length();
        return blanks + Folding.fold(id.value());
    }
}
