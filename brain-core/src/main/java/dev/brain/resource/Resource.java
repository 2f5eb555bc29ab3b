package dev.brain.resource;

import static java.util.Objects.requireNonNull;

import dev.brain.text.Folding;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of the system of record as it was read.
 *
 * @param id its id
 * @param reference its human number without blanks at the ends; null if it has none
 * @param columns values by column, in the order read: text, {@link Long} for every whole number, {@link
 *     java.math.BigDecimal} for other numbers, {@link Boolean}, {@code java.time} values, or null
 * @param children rows that belong to it, by the name of their query; empty without child queries
 * @param fault why the row can't be addressed by its id, and so not be claimed; null if it can
 * @stability stable
 */
public record Resource(
        ResourceId id,
        @Nullable String reference,
        Map<String, @Nullable Object> columns,
        Map<String, List<Map<String, @Nullable Object>>> children,
        @Nullable String fault) {

    public Resource {
        requireNonNull(id, "id");
        reference = reference == null ? null : Folding.trim(reference);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        children = children.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(children));
    }

    public Resource(
            ResourceId id,
            @Nullable String reference,
            Map<String, @Nullable Object> columns,
            Map<String, List<Map<String, @Nullable Object>>> children) {
        this(id, reference, columns, children, null);
    }

    public Resource(ResourceId id, @Nullable String reference, Map<String, @Nullable Object> columns) {
        this(id, reference, columns, Map.of(), null);
    }

    /**
     * Returns a row whose id is unusable.
     *
     * @param shown the id in a form that a person recognises
     * @param fault what is wrong with it
     */
    public static Resource unusable(String shown, String fault) {
        return new Resource(new ResourceId(shown), null, Map.of(), Map.of(), fault);
    }

    /** Returns a column's value; empty if it is null or was not read. */
    public Optional<Object> column(String name) {
        return Optional.ofNullable(columns.get(name));
    }

    /** Shows id and reference only: the columns are personal data. */
    @Override
    public String toString() {
        return "Resource[" + id + ", " + reference + "]";
    }
}
