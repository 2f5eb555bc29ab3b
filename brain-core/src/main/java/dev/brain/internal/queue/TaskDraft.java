package dev.brain.internal.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.payload.Payload;
import dev.brain.resource.Resource;
import dev.brain.site.Claimant;

/**
 * A task to be.
 *
 * @param siteId its site
 * @param resource as it was read before the claim; kept with the task without its children
 * @param payload what the worker will read
 * @param claimant whom the resource is claimed for
 * @param priority tasks of a higher priority are taken first
 */
public record TaskDraft(String siteId, Resource resource, Payload payload, Claimant claimant, int priority) {
    public TaskDraft {
        requireNonNull(siteId, "siteId");
        requireNonNull(resource, "resource");
        requireNonNull(payload, "payload");
        requireNonNull(claimant, "claimant");
    }
}
