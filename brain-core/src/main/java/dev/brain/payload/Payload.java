package dev.brain.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The data of a task that a worker reads.
 *
 * @param content the JSON that the worker reads
 * @param protocol which of the site's procedures the worker follows; null where a site has only one
 * @stability stable
 */
public record Payload(ObjectNode content, @Nullable String protocol) {
    public Payload {
        requireNonNull(content, "content");
    }

    public static Payload of(ObjectNode content) {
        return new Payload(content, null);
    }

    /** Returns only the protocol, because the content is personal data. */
    @Override
    public String toString() {
        return "Payload[" + protocol + "]";
    }
}
