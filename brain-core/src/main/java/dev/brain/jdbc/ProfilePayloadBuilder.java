package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.error.ConfigurationException;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadContext;
import dev.brain.resource.Resource;
import dev.brain.site.Site;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Builds payloads by the mapping in a site's profile. Thread-safe. */
public final class ProfilePayloadBuilder implements PayloadBuilder {
    private final Profiles profiles;
    private final Map<Profile, PayloadMapping> mappings = new ConcurrentHashMap<>();

    public ProfilePayloadBuilder(Profiles profiles) {
        this.profiles = requireNonNull(profiles, "profiles");
    }

    @Override
    public Payload build(Site site, Resource resource, PayloadContext context) {
        return Payload.of(mapping(site).build(site, resource, context));
    }

    @Override
    public List<Finding> check(Site site, Set<String> columns) {
        Set<String> unknown = mapping(site).unknownColumns(columns);
        return unknown.isEmpty()
                ? List.of()
                : List.of(Finding.error(
                        "payload",
                        "the mapping names columns that the profile doesn't read: " + String.join(", ", unknown)));
    }

    private PayloadMapping mapping(Site site) {
        return mappings.computeIfAbsent(profiles.of(site), profile -> {
            ObjectNode payload = profile.payload();
            if (payload == null) {
                throw ConfigurationException.ofSite(
                        site.id(),
                        "it names no payload builder, and the profile " + profile.name()
                                + " has no \"payload\" mapping");
            }
            return PayloadMapping.parse(payload, "profile " + profile.name() + ": payload");
        });
    }
}
