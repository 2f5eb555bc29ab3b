package dev.brain.json;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of the keys of an object in a JSON file that people write. The file's reader refuses all other keys, and
 * takes the defaults from here. The reference page is made from the same declaration. Immutable.
 *
 * @param place the path of the object in the file, with names in capitals; blank for the file itself
 * @param keys the keys, in the order of the reference
 */
public record FileKeys(String place, List<Key> keys) {
    /**
     * A key.
     *
     * @param type what its value must be: "a text"
     * @param isRequired whether it must be given
     * @param defaultText the value that applies if it is not given; null if there is none
     * @param description what it means, in one line
     */
    public record Key(
            String name,
            String type,
            boolean isRequired,
            @Nullable String defaultText,
            String description) {
        public Key {
            requireNonNull(name, "name");
            requireNonNull(type, "type");
            requireNonNull(description, "description");
        }

        /** Returns the key with a default. */
        public Key withDefault(String text) {
            return new Key(name, type, isRequired, text, description);
        }
    }

    public FileKeys {
        requireNonNull(place, "place");
        keys = List.copyOf(keys);
    }

    public static FileKeys of(String place, Key... keys) {
        return new FileKeys(place, List.of(keys));
    }

    /** Declares a key that must be given. */
    public static Key required(String name, String type, String description) {
        return new Key(name, type, true, null, description);
    }

    /** Declares a key that may be left out. */
    public static Key optional(String name, String type, String description) {
        return new Key(name, type, false, null, description);
    }

    /** Returns these keys and then others. */
    public FileKeys and(FileKeys others) {
        List<Key> all = new ArrayList<>(keys);
        all.addAll(others.keys);
        return new FileKeys(place, all);
    }

    /** Returns these keys without some. */
    public FileKeys without(List<String> names) {
        return new FileKeys(
                place, keys.stream().filter(key -> !names.contains(key.name())).toList());
    }

    public List<String> names() {
        return keys.stream().map(Key::name).toList();
    }

    /**
     * Returns the default of a key; empty if it has none.
     *
     * @throws IllegalArgumentException if it is not declared
     */
    public Optional<String> defaultText(String name) {
        Key declared = keys.stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("the key '" + name + "' of '" + place + "' is not declared"));
        return Optional.ofNullable(declared.defaultText());
    }
}
