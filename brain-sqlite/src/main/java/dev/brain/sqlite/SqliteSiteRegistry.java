package dev.brain.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.brain.check.Finding;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.store.Row;
import dev.brain.store.Sql;
import dev.brain.store.StoredJson;
import dev.brain.store.Transactions;
import dev.brain.text.Folding;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sites in a store's file; thread-safe, and usable while the store is open. */
public final class SqliteSiteRegistry implements SiteRegistry {
    /** The settings that have a column of their own. */
    static final List<String> COLUMN_SETTINGS =
            List.of("query_organisme", "filtro_texp", "login_url", "recursos_url", "notes");

    private static final Logger LOG = LoggerFactory.getLogger(SqliteSiteRegistry.class);

    private final StoreFile file;
    private final Transactions transactions;
    private final Clock clock;

    SqliteSiteRegistry(StoreFile file, Transactions transactions, Clock clock) {
        this.file = file;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A row as a site, or what keeps it from being one. */
    private record Entry(@Nullable Site site, @Nullable Finding problem) {}

    @Override
    public List<Site> sites() {
        List<Site> sites = new ArrayList<>();
        for (Entry entry : entries()) {
            if (entry.site() != null) {
                sites.add(entry.site());
            } else if (entry.problem() != null) {
                LOG.debug("{}: {}", entry.problem().subject(), entry.problem().message());
            }
        }
        return sites;
    }

    @Override
    public List<Finding> check() {
        List<Finding> problems = new ArrayList<>();
        for (Entry entry : entries()) {
            if (entry.problem() != null) {
                problems.add(entry.problem());
            }
        }
        return problems;
    }

    @Override
    public Set<String> settingNames() {
        return Set.copyOf(COLUMN_SETTINGS);
    }

    /**
     * One site; empty if there is none of that id.
     *
     * @throws ConfigurationException if it can't be read as a site
     */
    public Optional<Site> find(String id) {
        List<Entry> entries = transactions.read(
                "read site " + id, sql -> sql.query("SELECT * FROM \"$sites\" WHERE site_id = ?", this::entry, id));
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        Finding problem = entries.get(0).problem();
        if (problem != null) {
            throw ConfigurationException.ofSite(id, problem.message());
        }
        return Optional.ofNullable(entries.get(0).site());
    }

    /**
     * Adds sites, and changes those of the same ids, all in one transaction; others stay.
     *
     * @param changeActive whether sites that are there already become active or inactive too
     * @throws ConfigurationException if a setting with a column of its own is no text; nothing has changed then
     */
    public void save(List<Site> sites, boolean changeActive) {
        transactions.write("save the sites", sql -> {
            for (Site site : sites) {
                save(sql, site, changeActive, Times.text(clock.instant()));
            }
            return sites.size();
        });
    }

    /** Makes cycles look for a site's work, or no longer; false if there is no such site. */
    public boolean setActive(String id, boolean active) {
        return transactions.write(
                        "change site " + id, sql -> sql.update("""
                                UPDATE "$sites" SET active = ?, updated_at = ? WHERE site_id = ?""", active ? 1 : 0, Times.text(clock.instant()), id))
                == 1;
    }

    @Override
    public void synced(Set<String> siteIds, Instant at) {
        if (siteIds.isEmpty()) {
            return;
        }
        transactions.write("note the cycle of the sites", sql -> sql.update("""
                        UPDATE "$sites" SET last_sync_at = ? WHERE site_id IN (SELECT value FROM json_each(?))""", Times.text(at), siteIds));
    }

    private List<Entry> entries() {
        return transactions.read(
                "read the sites", sql -> sql.query("SELECT * FROM \"$sites\" ORDER BY site_id", this::entry));
    }

    private static void save(Sql sql, Site site, boolean changeActive, String now) throws SQLException {
        Settings settings = site.settings();
        Map<String, Object> others = new LinkedHashMap<>(settings.values());
        COLUMN_SETTINGS.forEach(others::remove);
        sql.update(
                """
                INSERT INTO "$sites" (site_id, query_organisme, filtro_texp, regex_expediente, url_template, bot_username,
                    active, priority, max_claims, source, claim, payload, adopt_orphans, login_url, recursos_url, notes,
                    settings, created_at, updated_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?18)
                ON CONFLICT (site_id) DO UPDATE SET
                    query_organisme = excluded.query_organisme,
                    filtro_texp = excluded.filtro_texp,
                    regex_expediente = excluded.regex_expediente,
                    url_template = excluded.url_template,
                    bot_username = excluded.bot_username,
                    active = CASE WHEN ?19 THEN excluded.active ELSE active END,
                    priority = excluded.priority,
                    max_claims = excluded.max_claims,
                    source = excluded.source,
                    claim = excluded.claim,
                    payload = excluded.payload,
                    adopt_orphans = excluded.adopt_orphans,
                    login_url = excluded.login_url,
                    recursos_url = excluded.recursos_url,
                    notes = excluded.notes,
                    settings = excluded.settings,
                    updated_at = excluded.updated_at""",
                site.id(),
                text(site, "query_organisme").orElse(""),
                text(site, "filtro_texp").orElse(""),
                site.referencePattern(),
                site.urlTemplate(),
                site.claimant() == null ? "" : site.claimant().name(),
                site.active() ? 1 : 0,
                site.priority(),
                site.maxClaims(),
                site.source(),
                site.claim(),
                site.payload(),
                site.adoptOrphans() ? 1 : 0,
                text(site, "login_url").orElse(null),
                text(site, "recursos_url").orElse(null),
                text(site, "notes").orElse(null),
                others.isEmpty() ? null : StoredJson.write(others),
                now,
                changeActive ? 1 : 0);
    }

    private static Optional<String> text(Site site, String setting) {
        try {
            return site.settings().text(setting);
        } catch (ConfigurationException e) {
            throw ConfigurationException.ofSite(site.id(), e.problem(), e);
        }
    }

    private Entry entry(Row row) throws SQLException {
        String id = row.text("site_id");
        try {
            return new Entry(site(row), null);
        } catch (JsonProcessingException e) {
            return unreadable(row, id, "its settings are no JSON object (" + e.getOriginalMessage() + ")");
        } catch (RuntimeException e) {
            return unreadable(row, id, String.valueOf(e.getMessage()));
        }
    }

    private Entry unreadable(Row row, @Nullable String id, String why) throws SQLException {
        return new Entry(
                null,
                Finding.error(
                        id == null || id.isBlank() ? "row " + row.number("id") : id,
                        "row " + row.number("id") + " of " + file.names().sites() + " in " + file.path()
                                + " can't be read as a site: " + why + "; correct it, or import the site anew"));
    }

    private static Site site(Row row) throws SQLException, JsonProcessingException {
        Settings settings = Settings.none();
        for (String name : COLUMN_SETTINGS) {
            settings = settings.with(name, text(row, name));
        }
        String others = text(row, "settings");
        if (others != null) {
            for (Map.Entry<String, @Nullable Object> other :
                    StoredJson.readMap(others).entrySet()) {
                settings = settings.with(other.getKey(), other.getValue());
            }
        }
        return Site.builder(String.valueOf(row.text("site_id")).strip())
                .active(row.integer("active") != 0)
                .priority(row.integer("priority"))
                .maxClaims(row.optionalInteger("max_claims"))
                .referencePattern(String.valueOf(row.text("regex_expediente")))
                .urlTemplate(text(row, "url_template"))
                .claimant(claimant(row))
                .source(or(text(row, "source"), Site.DEFAULT_PROVIDER))
                .claim(or(text(row, "claim"), Site.DEFAULT_PROVIDER))
                .payload(or(text(row, "payload"), Site.DEFAULT_PAYLOAD))
                .adoptOrphans(row.integer("adopt_orphans") != 0)
                .settings(settings)
                .build();
    }

    private static @Nullable String claimant(Row row) throws SQLException {
        String name = row.text("bot_username");
        return Folding.trim(name).isEmpty() ? null : name;
    }

    private static String or(@Nullable String value, String fallback) {
        return value == null ? fallback : value;
    }

    /** Null if it is blank. */
    private static @Nullable String text(Row row, String column) throws SQLException {
        String value = row.text(column);
        return value == null || value.isBlank() ? null : value;
    }
}
