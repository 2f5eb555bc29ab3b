package dev.brain;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.error.ConfigurationException;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadContext;
import dev.brain.payload.UrlTemplate;
import dev.brain.queue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.ReferencePattern;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A site with what serves it: everything it names has been found. */
record ServedSite(
        Site site,
        ReferencePattern pattern,
        @Nullable UrlTemplate urlTemplate,
        ResourceSource source,
        ClaimStrategy strategy,
        PayloadBuilder builder) {

    /**
     * Finds what serves a site.
     *
     * @throws ConfigurationException if the pattern or the template is broken, or a name isn't found
     */
    static ServedSite of(Site site, Services services, boolean dry) {
        ClaimStrategy strategy = services.claims().get(site.claim());
        ResourceSource source = services.sources().get(site.source());
        return new ServedSite(
                site,
                ReferencePattern.compile(site.referencePattern()),
                site.urlTemplate() == null ? null : UrlTemplate.parse(site.urlTemplate()),
                source,
                dry ? new Pretended(strategy, source) : strategy,
                services.payloads().get(site.payload()));
    }

    /** The task that a resource would get. */
    TaskDraft draft(Resource resource, Claimant claimant, Instant now) {
        String url = urlTemplate == null ? null : urlTemplate.render(name -> placeholder(resource, name));
        Payload payload = builder.build(site, resource, new PayloadContext(claimant, now, url));
        ReadableJson.check(payload, resource);
        return new TaskDraft(site.id(), resource, payload, claimant, site.priority());
    }

    private Optional<String> placeholder(Resource resource, String name) {
        Optional<String> value = name.equals(UrlTemplate.REFERENCE)
                ? Optional.ofNullable(resource.reference())
                : resource.column(name).map(column -> Folding.trim(column.toString()));
        return value.or(() -> site.settings().text(name));
    }

    /** What is wrong with the template: it has placeholders that neither a column nor a setting gives a value. */
    Optional<String> unknownPlaceholders() {
        return urlTemplate == null ? Optional.empty() : unknownPlaceholders(site, urlTemplate, source);
    }

    static Optional<String> unknownPlaceholders(Site site, UrlTemplate template, ResourceSource source) {
        Set<String> unknown = template.placeholders();
        unknown.remove(UrlTemplate.REFERENCE);
        unknown.removeAll(source.columns(site));
        unknown.removeAll(site.settings().values().keySet());
        if (unknown.isEmpty()) {
            return Optional.empty();
        }
        String names = unknown.stream().map(name -> "{" + name + "}").collect(Collectors.joining(", "));
        return Optional.of("names " + names + ", which " + (unknown.size() == 1 ? "is" : "are")
                + " neither a column nor" + " a setting: correct the template, or give the site such a setting");
    }

    /** Claims nothing, and says what a claim would have come to: what a dry run goes on with. */
    private record Pretended(ClaimStrategy real, ResourceSource source) implements ClaimStrategy {
        @Override
        public Claimant claimant(Site site) {
            return real.claimant(site);
        }

        @Override
        public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
            Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
            source.ownership(site, claimant, batch.stream().map(Resource::id).toList())
                    .forEach((id, owned) -> outcomes.put(
                            id,
                            switch (owned.state()) {
                                case FREE -> ClaimOutcome.won();
                                case OURS -> ClaimOutcome.alreadyOurs();
                                case OTHERS, GONE -> ClaimOutcome.lost(owned.owner());
                            }));
            return outcomes;
        }

        @Override
        public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
            throw new IllegalStateException("a dry run releases nothing");
        }
    }
}
