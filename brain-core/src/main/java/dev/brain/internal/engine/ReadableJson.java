package dev.brain.internal.engine;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadException;
import dev.brain.resource.Resource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Refuses values that can be written to a queue as JSON but cannot be read again. */
final class ReadableJson {
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.defaults();

    private ReadableJson() {}

    /** @throws PayloadException if the payload, or a column that is kept for a release, can't be read back */
    static void check(Payload payload, Resource resource) {
        check(null, payload.content(), 1);
        for (Map.Entry<String, @Nullable Object> column : resource.columns().entrySet()) {
            String problem = valueProblem(column.getValue());
            if (problem != null) {
                throw refused("the column " + column.getKey(), problem);
            }
        }
    }

    /** @param field the field of the payload that contains the node; null for the payload itself */
    private static void check(@Nullable String field, JsonNode node, int depth) {
        String problem = depth > LIMITS.getMaxNestingDepth()
                ? "is nested deeper than " + LIMITS.getMaxNestingDepth() + " levels"
                : problem(node);
        if (problem != null) {
            throw refused(field == null ? "the payload" : "'" + field + "'", problem);
        }
        for (Map.Entry<String, JsonNode> child : node.properties()) {
            check(field == null ? child.getKey() : field, child.getValue(), depth + 1);
        }
        if (node.isArray()) {
            node.forEach(element -> check(field, element, depth + 1));
        }
    }

    private static @Nullable String problem(JsonNode node) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> child : node.properties()) {
                if (child.getKey().length() > LIMITS.getMaxNameLength()) {
                    return "has a name of more than " + LIMITS.getMaxNameLength() + " characters";
                }
            }
        }
        return valueProblem(node.isNumber() ? node.numberValue() : node.textValue());
    }

    private static @Nullable String valueProblem(@Nullable Object value) {
        if (value instanceof String text && text.length() > LIMITS.getMaxStringLength()) {
            return "is a text of more than " + LIMITS.getMaxStringLength() + " characters";
        }
        if (value instanceof byte[] bytes && bytes.length / 3 * 4L > LIMITS.getMaxStringLength()) {
            return "has bytes that, as text, take more than " + LIMITS.getMaxStringLength() + " characters";
        }
        Object number = value instanceof BigInteger whole ? new BigDecimal(whole) : value;
        if (number instanceof BigDecimal decimal
                && decimal.precision() + Math.abs((long) decimal.scale()) > LIMITS.getMaxNumberLength()) {
            return "is a number of more than " + LIMITS.getMaxNumberLength() + " digits";
        }
        return null;
    }

    private static PayloadException refused(String what, String problem) {
        return new PayloadException(what + " " + problem
                + ", which could not be read back from the queue: shorten it in the system of record, or leave it out");
    }
}
