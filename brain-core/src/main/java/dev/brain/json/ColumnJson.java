package dev.brain.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.text.Folding;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the value of a column into JSON. */
public final class ColumnJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ColumnJson() {}

    /** Returns a column's value as JSON, its text without blanks at the ends; empty if it holds bytes. */
    public static Optional<JsonNode> of(@Nullable Object value) {
        return value instanceof byte[] ? Optional.empty() : Optional.of(json(value));
    }

    private static JsonNode json(@Nullable Object value) {
        if (value == null) {
            return JSON.nullNode();
        }
        if (value instanceof Number number) {
            return number(number);
        }
        if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        }
        return JSON.textNode(Folding.trim(value.toString()));
    }

    /** Workers compare ids as JSON integers, so a whole number is one however the column holds it. */
    private static JsonNode number(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return JSON.numberNode(number.longValue());
        }
        if (number instanceof BigInteger whole) {
            return JSON.numberNode(whole);
        }
        BigDecimal decimal;
        try {
            decimal = new BigDecimal(number.toString());
        } catch (NumberFormatException infinite) {
            return JSON.textNode(number.toString());
        }
        boolean whole = decimal.signum() == 0 || decimal.stripTrailingZeros().scale() <= 0;
        return whole ? JSON.numberNode(decimal.toBigInteger()) : JSON.numberNode(decimal);
    }
}
