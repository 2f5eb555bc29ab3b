package dev.brain.payload;

import static java.util.Objects.requireNonNull;

import dev.brain.site.Claimant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a payload is built with besides the resource.
 *
 * @param claimant whom the resource will be claimed for
 * @param now the time of the claim
 * @param url the resource's address by the site's template; null if it has none
 * @stability stable
 */
public record PayloadContext(
        Claimant claimant, Instant now, @Nullable String url) {
    public PayloadContext {
        requireNonNull(claimant, "claimant");
        requireNonNull(now, "now");
    }
}
