package dev.brain.internal.engine;

import dev.brain.check.Finding;
import dev.brain.check.Finding.Level;
import dev.brain.claim.ClaimStrategy;
import dev.brain.error.BrainException;
import dev.brain.internal.plugin.Providers;
import dev.brain.internal.site.ReferencePattern;
import dev.brain.internal.site.UrlTemplate;
import dev.brain.payload.PayloadBuilder;
import dev.brain.queue.SiteLimits;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.work.WorkerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks everything that cycles and workers need of a site. Parts are checked separately, so that no fault hides
 * another.
 */
final class SiteCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SiteCheck.class);

    private final Site site;
    private final SiteProviders providers;
    private final List<Finding> findings = new ArrayList<>();

    SiteCheck(Site site, SiteProviders providers) {
        this.site = site;
        this.providers = providers;
    }

    List<Finding> run() {
        look("pattern", () -> {
            ReferencePattern.compile(site.referencePattern());
            return List.of(Finding.ok("pattern", site.referencePattern()));
        });
        Optional<ResourceSource> source = named("source", providers.sources(), site.source());
        Optional<ClaimStrategy> strategy = named("claim", providers.claims(), site.claim());
        Optional<PayloadBuilder> builder = named("payload", providers.payloads(), site.payload());
        source.ifPresent(found -> look("source", () -> found.check(site)));
        boolean readable = source.isPresent() && findings.stream().noneMatch(SiteCheck::isErrorOfTheSource);
        strategy.ifPresent(found -> look("claim", () -> found.check(site)));
        if (readable && strategy.isPresent()) {
            look("owner", () -> OwnerFormCheck.of(site, source.orElseThrow(), strategy.orElseThrow()));
        }
        look("url_template", () -> template(readable ? source : Optional.empty()));
        if (readable) {
            builder.ifPresent(found ->
                    look("payload", () -> found.check(site, source.orElseThrow().columns(site))));
        }
        look(WorkerBuilder.HANDLER_SETTING, this::handler);
        look("limits", () -> {
            SiteLimits.of(site.id(), site.settings());
            return List.of();
        });
        look("settings", this::settings);
        return List.copyOf(findings);
    }

    private static boolean isErrorOfTheSource(Finding finding) {
        return finding.subject().equals("source") && finding.level() == Level.ERROR;
    }

    private <T> Optional<T> named(String subject, Providers<T> among, String name) {
        List<T> found = new ArrayList<>();
        look(subject, () -> {
            found.add(among.get(name));
            return List.of();
        });
        return found.stream().findFirst();
    }

    private void look(String subject, Supplier<List<Finding>> check) {
        try {
            check.get().forEach(this::add);
        } catch (BrainException e) {
            add(Finding.error(subject, e.problem()));
        } catch (RuntimeException | Error e) {
            if (Cycle.isFatal(e)) {
                throw e;
            }
            LOG.debug("site {}: a check failed", site.id(), e);
            add(Finding.error(subject, "the check failed: " + e + "; correct the plug-in that provides this part"));
        }
    }

    /** A fault that affects several parts, such as a missing profile, is reported once. */
    private void add(Finding finding) {
        String message = finding.message();
        if (findings.stream()
                .noneMatch(told -> told.level() == Level.ERROR && told.message().equals(message))) {
            findings.add(new Finding(finding.level(), finding.subject(), message));
        }
    }

    private List<Finding> template(Optional<ResourceSource> source) {
        UrlTemplate template = site.urlTemplate() == null ? null : UrlTemplate.parse(site.urlTemplate());
        if (template == null || source.isEmpty()) {
            return List.of();
        }
        return ResolvedSite.unknownPlaceholders(site, template, source.get())
                .map(unknown -> List.of(Finding.error("url_template", "it " + unknown)))
                .orElse(List.of());
    }

    /** A site without a handler is valid: another program, or a handler that is set in code, may run its tasks. */
    private List<Finding> handler() {
        return site.settings()
                .text(WorkerBuilder.HANDLER_SETTING)
                .map(name -> {
                    providers.handlers().get(name);
                    return List.of(Finding.ok(WorkerBuilder.HANDLER_SETTING, name));
                })
                .orElse(List.of());
    }

    /** A setting that nothing declares is most likely misspelt, so that the intended setting has no value. */
    private List<Finding> settings() {
        return providers.settings().problems(site).stream()
                .map(problem -> Finding.error("settings", problem))
                .toList();
    }
}
