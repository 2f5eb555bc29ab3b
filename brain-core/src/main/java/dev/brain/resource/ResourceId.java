package dev.brain.resource;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;

/**
 * A resource's id in the system of record. A text is kept exactly as it is, including leading and trailing blanks. A
 * number has one spelling for all types.
 *
 * @param value not blank; a whole number has no decimal point and no leading zeros only if it arrived as a number
 * @stability stable
 */
public record ResourceId(String value) implements Comparable<ResourceId> {
    public ResourceId {
        requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new IllegalArgumentException("a resource id is blank");
        }
    }

    /**
     * Converts a column's value to an id. The numbers {@code 89157}, {@code 89157.0} and {@code 89157.00} all become
     * {@code 89157}.
     *
     * @throws IllegalArgumentException if the value is blank, bytes, or no finite number
     */
    public static ResourceId of(Object value) {
        if (value instanceof byte[]) {
            throw new IllegalArgumentException("a resource id is bytes");
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return new ResourceId(value.toString());
        }
        if (value instanceof Number number) {
            BigDecimal decimal = new BigDecimal(number.toString());
            BigDecimal plain = decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
            return new ResourceId(plain.toPlainString());
        }
        return new ResourceId(value.toString());
    }

    /** Compares the values as texts. The order is for people; a database may have another one. */
    @Override
    public int compareTo(ResourceId other) {
        int byLength = Integer.compare(value.length(), other.value.length());
        return byLength != 0 ? byLength : value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
