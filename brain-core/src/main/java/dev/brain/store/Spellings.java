package dev.brain.store;

import dev.brain.resource.ResourceId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the texts under which the tables may have stored an id: the id itself, and the id without outer blanks. Earlier
 * versions wrote the latter, for example for keys of a fixed-width column.
 */
final class Spellings {
    private Spellings() {}

    static List<String> of(ResourceId id) {
        return isPadded(id) ? List.of(id.value(), stripped(id)) : List.of(id.value());
    }

    static Set<String> of(Collection<ResourceId> ids) {
        Set<String> spellings = new LinkedHashSet<>();
        for (ResourceId id : ids) {
            spellings.add(id.value());
            spellings.add(stripped(id));
        }
        return spellings;
    }

    static boolean isPadded(ResourceId id) {
        return !stripped(id).equals(id.value());
    }

    static String stripped(ResourceId id) {
        return id.value().strip();
    }
}
