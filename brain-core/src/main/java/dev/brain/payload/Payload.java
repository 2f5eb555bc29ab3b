package dev.brain.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The data of a task that a worker reads.
 *
 * @param content the JSON that the worker reads
 * @param protocol which of the site's procedures the worker follows; null where a site has only one
 * @param holdReason why the task must wait for a person's approval; null if it need not
 * @stability stable
 */
public record Payload(
        ObjectNode content,
        @Nullable String protocol,
        @Nullable String holdReason) {
    public Payload {
        requireNonNull(content, "content");
        if (holdReason != null && holdReason.isBlank()) {
            throw new IllegalArgumentException("the reason to hold a task must not be blank");
        }
    }

    public Payload(ObjectNode content, @Nullable String protocol) {
        this(content, protocol, null);
    }

    public static Payload of(ObjectNode content) {
        return new Payload(content, null);
    }

    /**
     * Returns the same payload for a task that is held until a person approves it.
     *
     * @param reason what people read; without personal data
     */
    public Payload held(String reason) {
        return new Payload(content, protocol, requireNonNull(reason, "reason"));
    }

    /** Returns only the protocol, because the content is personal data. */
    @Override
    public String toString() {
        return "Payload[" + protocol + "]";
    }
}
