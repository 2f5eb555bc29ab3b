package dev.brain.site;

import static java.util.Objects.requireNonNull;

import dev.brain.config.SettingDefinition;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One public body and its rules.
 *
 * @param id the name that tasks and incidents carry
 * @param active whether cycles look for its work
 * @param priority sites of a higher priority come first; its tasks carry it
 * @param maxClaims the maximum number of claims in a cycle; null means the cycle's own limit
 * @param referencePattern the regular expression that a whole reference must match; it is not checked here
 * @param urlTemplate the address of a resource for workers, with names of columns and settings in braces
 * @param claimant the claimant; null means that of the claim strategy, or the default claimant
 * @param source the name of its {@link dev.brain.resource.ResourceSource}
 * @param claim the name of its {@link dev.brain.claim.ClaimStrategy}
 * @param payload the name of its {@link dev.brain.payload.PayloadBuilder}
 * @param adoptOrphans whether resources that the claimant holds without a task get one
 * @param settings the settings of its providers
 * @stability stable
 */
public record Site(
        String id,
        boolean active,
        int priority,
        @Nullable Integer maxClaims,
        String referencePattern,
        @Nullable String urlTemplate,
        @Nullable Claimant claimant,
        String source,
        String claim,
        String payload,
        boolean adoptOrphans,
        Settings settings) {

    /** The source and claim strategy of a site that names none. */
    public static final String DEFAULT_PROVIDER = "sql";

    /** The payload builder of a site that names none. */
    public static final String DEFAULT_PAYLOAD = "mapping";

    /** The time zone in which a site's hours and deadlines are given. */
    public static final SettingDefinition<ZoneId> TIME_ZONE = SettingDefinition.parsed(
            "time_zone",
            "the name of a time zone, like \"Europe/Madrid\"",
            Site::zone,
            "the time zone of its hours and deadlines; the system's without it");

    /** How long before a deadline a resource whose task has not ended is an incident. */
    public static final SettingDefinition<Duration> DEADLINE_WARNING = SettingDefinition.period(
                    "deadline_warning", "how long before its deadline a case that is not done becomes an incident")
            .withDefault(Duration.ofDays(1));

    public Site {
        requireNonNull(id, "id");
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            throw new ConfigurationException("the site id '" + id
                    + "' must be letters from a to z, digits, '_', '-' and '.', starting with a letter or digit");
        }
        if (maxClaims != null && maxClaims < 1) {
            throw ConfigurationException.ofSite(id, "maxClaims must be at least 1, not " + maxClaims);
        }
        requireNonNull(referencePattern, "referencePattern");
        requireNonNull(source, "source");
        requireNonNull(claim, "claim");
        requireNonNull(payload, "payload");
        requireNonNull(settings, "settings");
    }

    /**
     * Returns the time zone in the settings of a site. Defaults to the system's.
     *
     * @throws ConfigurationException if there is no such time zone
     */
    public static ZoneId timeZone(Settings settings) {
        return TIME_ZONE.find(settings).orElseGet(ZoneId::systemDefault);
    }

    private static Optional<ZoneId> zone(String name) {
        try {
            return Optional.of(ZoneId.of(name));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    public static Builder builder(String id) {
        return new Builder(id);
    }

    /** Returns a builder with this site's values. */
    public Builder toBuilder() {
        Builder builder = new Builder(id);
        builder.active = active;
        builder.priority = priority;
        builder.maxClaims = maxClaims;
        builder.referencePattern = referencePattern;
        builder.urlTemplate = urlTemplate;
        builder.claimant = claimant;
        builder.source = source;
        builder.claim = claim;
        builder.payload = payload;
        builder.adoptOrphans = adoptOrphans;
        builder.settings = settings;
        return builder;
    }

    /** Builds a site. By default, it is active, accepts any reference, and is read and claimed by SQL. */
    public static final class Builder {
        private final String id;
        private boolean active = true;
        private int priority;
        private @Nullable Integer maxClaims;
        private String referencePattern = ".+";
        private @Nullable String urlTemplate;
        private @Nullable Claimant claimant;
        private String source = DEFAULT_PROVIDER;
        private String claim = DEFAULT_PROVIDER;
        private String payload = DEFAULT_PAYLOAD;
        private boolean adoptOrphans;
        private Settings settings = Settings.none();

        private Builder(String id) {
            this.id = id;
        }

        public Builder active(boolean active) {
            this.active = active;
            return this;
        }

        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        public Builder maxClaims(@Nullable Integer maxClaims) {
            this.maxClaims = maxClaims;
            return this;
        }

        public Builder referencePattern(String referencePattern) {
            this.referencePattern = referencePattern;
            return this;
        }

        public Builder urlTemplate(@Nullable String urlTemplate) {
            this.urlTemplate = urlTemplate;
            return this;
        }

        public Builder claimant(@Nullable String name) {
            this.claimant = name == null ? null : new Claimant(name);
            return this;
        }

        public Builder source(String name) {
            this.source = name;
            return this;
        }

        public Builder claim(String name) {
            this.claim = name;
            return this;
        }

        public Builder payload(String name) {
            this.payload = name;
            return this;
        }

        public Builder adoptOrphans(boolean adoptOrphans) {
            this.adoptOrphans = adoptOrphans;
            return this;
        }

        public Builder settings(Settings settings) {
            this.settings = settings;
            return this;
        }

        public Builder setting(String name, @Nullable Object value) {
            this.settings = settings.with(name, value);
            return this;
        }

        public Site build() {
            return new Site(
                    id,
                    active,
                    priority,
                    maxClaims,
                    referencePattern,
                    urlTemplate,
                    claimant,
                    source,
                    claim,
                    payload,
                    adoptOrphans,
                    settings);
        }
    }
}
