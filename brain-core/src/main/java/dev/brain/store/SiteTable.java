package dev.brain.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.brain.check.Finding;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.internal.site.SiteField;
import dev.brain.internal.site.SiteField.Storage;
import dev.brain.site.Site;
import dev.brain.site.SiteStore;
import dev.brain.store.HistoryTable.Subject;
import dev.brain.text.Folding;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sites of a store, in their table. Thread-safe; usable while the store is open. */
final class SiteTable implements SiteStore {
    private static final Logger LOG = LoggerFactory.getLogger(SiteTable.class);

    /** The columns that saving a site fills, from the site or with the time. */
    private static final List<SiteField> SAVED = SiteField.ALL.stream()
            .filter(field ->
                    field.isColumn() && !Set.of(SiteField.ROW, SiteField.SYNCED).contains(field))
            .toList();

    /** The columns that keep their value if the site exists. */
    private static final Set<SiteField> KEPT = Set.of(SiteField.ID, SiteField.CREATED);

    private static final Set<SiteField> KEPT_WITH_ACTIVE = Set.of(SiteField.ID, SiteField.CREATED, SiteField.ACTIVE);

    private final Transactions transactions;
    private final Clock clock;
    private final HistoryTable history;
    private final String location;

    /** @param location the database, for messages */
    SiteTable(Transactions transactions, Clock clock, HistoryTable history, String location) {
        this.history = history;
        this.transactions = transactions;
        this.clock = clock;
        this.location = location;
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
    public Optional<Site> find(String id) {
        List<Entry> entries = transactions.read("read site " + id, sql -> stored(sql, id));
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        Finding problem = entries.get(0).problem();
        if (problem != null) {
            throw ConfigurationException.ofSite(id, problem.message());
        }
        return Optional.ofNullable(entries.get(0).site());
    }

    @Override
    public void save(Actor actor, List<Site> sites, boolean changeActive) {
        String statement = statement(changeActive ? KEPT : KEPT_WITH_ACTIVE);
        transactions.write("save the sites", sql -> {
            for (Site site : sites) {
                sql.update(statement, values(site));
                record(sql, actor, Event.SITE_IMPORTED, site.id());
            }
            return sites.size();
        });
    }

    @Override
    public boolean change(Actor actor, Site before, Site after, String detail) {
        return transactions.write("change site " + before.id(), sql -> {
            // locks the row, so that nobody changes it between the comparison and the change
            sql.update("UPDATE \"$sites\" SET updated_at = updated_at WHERE site_id = ?", before.id());
            boolean isSame = stored(sql, before.id()).stream().anyMatch(entry -> before.equals(entry.site()));
            if (isSame) {
                sql.update(statement(KEPT_WITH_ACTIVE), values(after));
                history.record(sql, clock.instant(), actor, Event.SITE_CHANGED, Subject.site(after.id(), detail));
            }
            return isSame;
        });
    }

    @Override
    public boolean setActive(Actor actor, String id, boolean active) {
        return transactions.write("change site " + id, sql -> {
            boolean isChanged = sql.update("""
                                UPDATE "$sites" SET active = ?, updated_at = ? WHERE site_id = ?""", active ? 1 : 0, now(), id) == 1;
            if (isChanged) {
                record(sql, actor, active ? Event.SITE_ENABLED : Event.SITE_DISABLED, id);
            }
            return isChanged;
        });
    }

    private void record(Sql sql, Actor actor, Event event, String siteId) {
        history.record(sql, clock.instant(), actor, event, Subject.site(siteId, null));
    }

    @Override
    public void synced(Set<String> siteIds, Instant at) {
        if (siteIds.isEmpty()) {
            return;
        }
        transactions.write(
                "note the cycle of the sites",
                sql -> sql.update(
                        "UPDATE \"$sites\" SET last_sync_at = ? WHERE "
                                + sql.dialect().in("site_id"),
                        sql.dialect().sharedTime(at),
                        siteIds));
    }

    private Object now() {
        return transactions.dialect().sharedTime(clock.instant());
    }

    private List<Entry> stored(Sql sql, String id) throws SQLException {
        return sql.query("SELECT * FROM \"$sites\" WHERE site_id = ?", row -> entry(sql, row), id);
    }

    private List<Entry> entries() {
        return transactions.read(
                "read the sites",
                sql -> sql.query("SELECT * FROM \"$sites\" ORDER BY site_id", row -> entry(sql, row)));
    }

    private static String statement(Set<SiteField> kept) {
        return "INSERT INTO \"$sites\" (" + SAVED.stream().map(SiteField::name).collect(Collectors.joining(", "))
                + ") VALUES (" + String.join(", ", Collections.nCopies(SAVED.size(), "?"))
                + ") ON CONFLICT (site_id) DO UPDATE SET "
                + SAVED.stream()
                        .filter(field -> !kept.contains(field))
                        .map(field -> field.name() + " = excluded." + field.name())
                        .collect(Collectors.joining(", "));
    }

    private @Nullable Object[] values(Site site) {
        try {
            return SAVED.stream().map(field -> value(field, site)).toArray();
        } catch (ConfigurationException e) {
            throw ConfigurationException.ofSite(site.id(), e.problem(), e);
        }
    }

    private @Nullable Object value(SiteField field, Site site) {
        Object value = field.equals(SiteField.SETTINGS) ? settings(site) : field.get(site);
        return switch (field.type()) {
            case TEXT -> value == null && field.storage() == Storage.NOT_NULL ? "" : value;
            case INTEGER -> value;
            case FLAG -> Boolean.TRUE.equals(value) ? 1 : 0;
            case OBJECT -> value == null ? null : StoredJson.write(value);
            case TIME -> now();
        };
    }

    /** Returns the settings that have no column of their own; null if there are none. */
    private static @Nullable Object settings(Site site) {
        Map<String, Object> settings = new LinkedHashMap<>(site.settings().values());
        SiteField.ALL.stream()
                .filter(field -> field.isSetting() && field.isColumn())
                .forEach(field -> settings.remove(field.name()));
        return settings.isEmpty() ? null : settings;
    }

    private Entry entry(Sql sql, Row row) throws SQLException {
        String id = row.text(SiteField.ID.name());
        try {
            return new Entry(site(row), null);
        } catch (JsonProcessingException e) {
            return unreadable(sql, row, id, "its settings are not a JSON object (" + e.getOriginalMessage() + ")");
        } catch (RuntimeException e) {
            return unreadable(sql, row, id, e instanceof BrainException known ? known.problem() : e.toString());
        }
    }

    private Entry unreadable(Sql sql, Row row, @Nullable String id, String why) throws SQLException {
        String number = "row " + row.number(SiteField.ROW.name());
        return new Entry(
                null,
                Finding.error(
                        id == null || id.isBlank() ? number : id,
                        number + " of " + sql.names().sites() + " in " + location + " can't be read as a site: " + why
                                + "; correct it, or import the site again"));
    }

    private static Site site(Row row) throws SQLException, JsonProcessingException {
        Map<SiteField, Object> values = new HashMap<>();
        for (SiteField field : SiteField.ALL) {
            Object value = field.isColumn() ? read(row, field) : null;
            if (value != null) {
                values.put(field, value);
            }
        }
        return SiteField.read(String.valueOf(row.text(SiteField.ID.name())).strip(), values::get);
    }

    private static @Nullable Object read(Row row, SiteField field) throws SQLException, JsonProcessingException {
        String value = row.text(field.name());
        String text = Folding.trim(value).isEmpty() ? null : value;
        return switch (field.type()) {
            case TEXT -> text;
            case INTEGER -> row.optionalInteger(field.name());
            case FLAG -> row.integer(field.name()) != 0;
            case OBJECT -> text == null ? null : StoredJson.readMap(text);
            case TIME -> null;
        };
    }
}
