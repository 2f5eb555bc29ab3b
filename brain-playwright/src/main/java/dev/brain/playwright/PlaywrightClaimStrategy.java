package dev.brain.playwright;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import dev.brain.check.Finding;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.claim.LoginException;
import dev.brain.config.SettingDefinition;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.internal.file.FileAccess;
import dev.brain.json.DataFiles;
import dev.brain.json.FileKeys;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims through the pages of a web system, as the user whom its session belongs to. What a page says is a hint: every
 * outcome of something pressed is for the system of record to tell. Thread-safe.
 */
public final class PlaywrightClaimStrategy implements ClaimStrategy, AutoCloseable {
    /** The setting of a site that names its page file. */
    public static final String SETTING = "pages";

    /** The page files. */
    public static final DataFiles FILES = new DataFiles("page file", "pages", SETTING);

    /** The keys of a page file, and of the objects within it. */
    public static final List<FileKeys> KEYS = PageKeys.ALL;

    /** The keys of a page file that a site's setting {@code web} may override. */
    public static final List<SettingDefinition<?>> SITE_KEYS = PageReader.SITE;

    private static final String DAYS = "BRAIN_EVIDENCE_DAYS";
    private static final Duration ONE_DAY = Duration.ofDays(1);
    /** How long browsers stay open without work. */
    private static final Duration IDLE = Duration.ofMinutes(30);
    /** The number of browsers that need no warning; about four GB of memory. */
    private static final int MANY_BROWSERS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);

    private final ProviderContext context;
    private final Path home;
    private final Evidence evidence;
    private final Map<PageSettings, BrowserPool> pools = new LinkedHashMap<>();
    private final Map<String, SessionStore> stores = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private @Nullable Instant pruned;

    public PlaywrightClaimStrategy(ProviderContext context) {
        this.context = context;
        this.home = Path.of(context.environment().get("BRAIN_HOME").orElse("."));
        this.evidence = new Evidence(home.resolve("evidence"), context.clock(), FileAccess.of(context.environment()));
        prune();
    }

    /** Deletes old evidence, at most once a day. */
    private synchronized void prune() {
        Instant now = context.clock().instant();
        if (pruned == null || !now.isBefore(pruned.plus(ONE_DAY))) {
            pruned = now;
            evidence.prune(Duration.ofDays(context.environment().integer(DAYS, 30, 1)));
        }
    }

    @Override
    public boolean isReadBack() {
        return true;
    }

    @Override
    public Claimant claimant(Site site) {
        prune();
        BrowserPool pool = pool(site);
        return pool.run(
                worker -> pool.session().claimant(worker, site.claimant()),
                pool.settings().limits().claim());
    }

    @Override
    public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
        BrowserPool pool = pool(site);
        PageSettings settings = pool.settings();
        evidence.begin(
                site.id(), batch.stream().map(resource -> resource.id().value()).collect(Collectors.toSet()));
        return pool.all(
                batch,
                resource -> WebClaim.of(
                        new WebClaim.Request(pool.session(), settings, settings.claim(), evidence, site, resource)));
    }

    @Override
    public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
        BrowserPool pool = pool(site);
        PageSettings settings = pool.settings();
        PageSettings.Press release = settings.release();
        if (release == null) {
            throw new ConfigurationException(
                    "the page file of " + settings.name() + " has no \"release\": release the resource by hand");
        }
        Map<ResourceId, Boolean> released = new LinkedHashMap<>();
        pool.all(
                        resources,
                        resource -> WebClaim.of(
                                new WebClaim.Request(pool.session(), settings, release, evidence, site, resource)))
                .forEach((id, outcome) -> {
                    if (outcome.failure() != null) {
                        throw outcome.failure();
                    }
                    if (outcome.result() == ClaimOutcome.Result.FAILED) {
                        throw new BrainException(String.valueOf(outcome.detail()));
                    }
                    released.put(
                            id,
                            outcome.result() == ClaimOutcome.Result.SENT
                                    || outcome.result() == ClaimOutcome.Result.ACCEPTED
                                    || outcome.result() == ClaimOutcome.Result.DECLINED
                                    || outcome.result() == ClaimOutcome.Result.UNKNOWN);
                });
        return released;
    }

    @Override
    public Optional<String> evidence(Site site, Resource resource, String reason) {
        BrowserPool pool = pool(site);
        PageSettings settings = pool.settings();
        try {
            return pool.run(
                    worker -> {
                        Page page = worker.page(pool.session().verified(worker), settings);
                        pool.session()
                                .open(
                                        page,
                                        PageCheck.list(settings.claim(), site, String.valueOf(resource.reference())));
                        return Optional.ofNullable(evidence.keepRemembered(
                                page,
                                site.id(),
                                resource.id().value(),
                                reason,
                                pool.session().secrets(page)));
                    },
                    settings.limits().claim());
        } catch (BrainException e) {
            return Optional.empty();
        }
    }

    // ---- check -----------------------------------------------------------------------------------------------------

    @Override
    public List<Finding> check(Site site) {
        List<Finding> findings = new ArrayList<>();
        try {
            Path browser = browser();
            findings.add(Finding.ok("browser", browser == null ? "Playwright's own" : browser.toString()));
        } catch (ConfigurationException e) {
            findings.add(Finding.error("browser", e.problem()));
            return findings;
        }
        try {
            BrowserPool pool = pool(site);
            PageCheck check = new PageCheck(site, pool.settings(), pool.session(), evidence, findings);
            pool.run(check::on, pool.settings().limits().claim());
        } catch (LoginException e) {
            findings.add(Finding.error("login", e.problem()));
        } catch (BrainException | PlaywrightException e) {
            findings.add(Finding.error("pages", BrowserError.message(e)));
        }
        return findings;
    }

    // ---- settings --------------------------------------------------------------------------------------------------

    private @Nullable Path browser() {
        return Browsers.find(context.environment()).orElse(null);
    }

    private BrowserPool pool(Site site) {
        PageSettings settings = settings(site);
        synchronized (pools) {
            // of settings that no site has any more, or whose sites are served rarely
            Instant idle = context.clock().instant().minus(IDLE);
            pools.values().forEach(pool -> pool.closeUnlessUsedSince(idle));
            return pools.computeIfAbsent(settings, key -> {
                SessionStore store = stores.computeIfAbsent(
                        fileName(key),
                        name -> new SessionStore(
                                home.resolve("sessions"),
                                name,
                                context.clock(),
                                key.limits().retryLogin()));
                warnOfManyBrowsers(key);
                return new BrowserPool(
                        key, new WebSession(key, context.environment(), store), this::browser, context.clock());
            });
        }
    }

    private void warnOfManyBrowsers(PageSettings added) {
        int browsers = added.limits().workers()
                + pools.keySet().stream()
                        .mapToInt(settings -> settings.limits().workers())
                        .sum();
        if (browsers > MANY_BROWSERS) {
            LOG.warn(
                    "{} different page settings may keep {} browsers open at once, each with about half a GB of memory;"
                            + " give sites equal settings, set \"lanes\" to 1, or use `brain run --once` from a timer",
                    pools.size() + 1,
                    browsers);
        }
    }

    /** Returns the name of the session's file. All settings with the same system and account share it. */
    private static String fileName(PageSettings settings) {
        return (settings.name() + "-" + Integer.toHexString((settings.base() + settings.accountVariable()).hashCode()))
                .replaceAll("[^A-Za-z0-9_-]", "_")
                .toLowerCase(Locale.ROOT);
    }

    private PageSettings settings(Site site) {
        String name = site.settings()
                .text(SETTING)
                .orElseThrow(() -> ConfigurationException.ofSite(
                        site.id(),
                        "it claims through web pages, but names none: give it the setting \"" + SETTING + "\""));
        synchronized (files) {
            String text = files.computeIfAbsent(
                    name,
                    absent -> FILES.read(context.environment(), context::dataFiles, absent)
                            .text());
            return PageSettings.of(site, text, "the page file " + name);
        }
    }

    /** For tests: returns the drivers and browsers that were started. */
    List<ProcessHandle> processes() {
        synchronized (pools) {
            return pools.values().stream()
                    .flatMap(pool -> pool.processes().stream())
                    .toList();
        }
    }

    @Override
    public void close() {
        // closed in the reverse order: a browser may press until it is closed
        List<AutoCloseable> all = new ArrayList<>();
        synchronized (pools) {
            stores.values().forEach(store -> all.add(store.users()));
            all.addAll(pools.values());
            pools.clear();
        }
        Closing.all(all);
    }
}
