package dev.brain.internal.engine;

import dev.brain.claim.ClaimStrategy;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.site.ReferencePattern;
import dev.brain.internal.site.SiteSettings;
import dev.brain.internal.site.UrlTemplate;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadContext;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A site with the parts that it names. */
record ResolvedSite(
        Site site,
        ReferencePattern pattern,
        @Nullable UrlTemplate urlTemplate,
        ResourceSource source,
        ClaimStrategy strategy,
        ClaimProcedure procedure,
        PayloadBuilder builder) {

    /**
     * Finds the parts of a site.
     *
     * @throws ConfigurationException if the pattern or the template is broken, a name isn't found, or a setting is not
     *     declared
     */
    static ResolvedSite of(Site site, SiteProviders providers, boolean dry) {
        ResourceSource source = providers.sources().get(site.source());
        ClaimStrategy real = providers.claims().get(site.claim());
        ClaimStrategy strategy = dry ? new DryRunClaims(real, source) : real;
        PayloadBuilder builder = providers.payloads().get(site.payload());
        List<String> unknown = providers.settings().unknown(site);
        if (!unknown.isEmpty()) {
            throw new ConfigurationException(String.join("; ", unknown));
        }
        // an invalid time zone must not be noticed only by workers and deadlines
        Site.timeZone(site.settings());
        return new ResolvedSite(
                site,
                ReferencePattern.compile(site.referencePattern()),
                site.urlTemplate() == null ? null : UrlTemplate.parse(site.urlTemplate()),
                source,
                strategy,
                ClaimProcedure.of(strategy),
                builder);
    }

    /** Returns the task that a resource would get. */
    TaskDraft draft(Resource resource, Claimant claimant, Instant now) {
        String url = urlTemplate == null ? null : urlTemplate.render(name -> placeholder(resource, name));
        Payload payload = builder.build(site, resource, new PayloadContext(claimant, now, url));
        ReadableJson.check(payload, resource);
        if (payload.holdReason() == null && SiteSettings.APPROVAL.get(site.settings())) {
            payload = payload.held("each task of the site needs an approval");
        }
        Instant deadline = source.deadline(site, resource).orElse(null);
        return new TaskDraft(site.id(), resource, payload, claimant, site.priority(), deadline);
    }

    private Optional<String> placeholder(Resource resource, String name) {
        Optional<String> value = name.equals(UrlTemplate.REFERENCE)
                ? Optional.ofNullable(resource.reference())
                : resource.column(name).map(column -> Folding.trim(column.toString()));
        return value.or(() -> site.settings().text(name));
    }

    /** Returns the fault of a URL template with placeholders that neither a column nor a setting gives a value. */
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
}
