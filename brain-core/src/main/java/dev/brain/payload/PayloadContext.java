package dev.brain.payload;

import static java.util.Objects.requireNonNull;

import dev.brain.site.Claimant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a payload is built from besides the resource.
 *
 * @param claimant the claimant of the resource
 * @param now the time of the claim
 * @param url the resource's address according to the site's template; null if the site has none
 * @stability stable
 */
public record PayloadContext(
        Claimant claimant, Instant now, @Nullable String url) {
    public PayloadContext {
        requireNonNull(claimant, "claimant");
        requireNonNull(now, "now");
    }
}
