package dev.brain.internal.engine;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadException;
import dev.brain.resource.Resource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

/** Refuses values that can be written to a queue as JSON but cannot be read again. */
final class ReadableJson {
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.defaults();

    private ReadableJson() {}

    /** @throws PayloadException if the payload, or a column that is kept for a release, can't be read back */
    static void check(Payload payload, Resource resource) {
        check("the payload", payload.content(), 1);
        resource.columns().forEach((name, value) -> {
            if (value != null) {
                value("the column " + name, value);
            }
        });
    }

    private static void check(String what, JsonNode node, int depth) {
        if (depth > LIMITS.getMaxNestingDepth()) {
            throw refused(what, "is nested deeper than", LIMITS.getMaxNestingDepth(), "levels");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (field.getKey().length() > LIMITS.getMaxNameLength()) {
                throw refused(what, "has a name of more than", LIMITS.getMaxNameLength(), "characters");
            }
            check(depth == 1 ? "'" + field.getKey() + "'" : what, field.getValue(), depth + 1);
        }
        if (node.isArray()) {
            node.forEach(element -> check(what, element, depth + 1));
        } else if (node.isTextual()) {
            value(what, node.textValue());
        } else if (node.isNumber()) {
            value(what, node.numberValue());
        }
    }

    private static void value(String what, Object value) {
        if (value instanceof String text && text.length() > LIMITS.getMaxStringLength()) {
            throw refused(what, "is a text of more than", LIMITS.getMaxStringLength(), "characters");
        }
        if (value instanceof byte[] bytes && bytes.length / 3 * 4L > LIMITS.getMaxStringLength()) {
            throw refused(what, "has bytes that, as text, take more than", LIMITS.getMaxStringLength(), "characters");
        }
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            BigDecimal decimal = new BigDecimal(value.toString());
            if (decimal.precision() + Math.abs((long) decimal.scale()) > LIMITS.getMaxNumberLength()) {
                throw refused(what, "is a number of more than", LIMITS.getMaxNumberLength(), "digits");
            }
        }
    }

    private static PayloadException refused(String what, String problem, int limit, String unit) {
        return new PayloadException(what + " " + problem + " " + limit + " " + unit
                + ", which could not be read back from the queue: shorten it in the system of record, or leave it out");
    }
}
