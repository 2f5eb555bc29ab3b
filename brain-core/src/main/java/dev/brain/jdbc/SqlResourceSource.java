package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.TableUse;
import dev.brain.resource.Holding;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads resources from a table as a site's profile says. Thread-safe. */
public final class SqlResourceSource implements ResourceSource {
    private final JdbcRunner jdbc;
    private final Profiles profiles;
    private final Map<Profile, SqlTable> tables = new ConcurrentHashMap<>();
    /** The claimant's spellings in the owner column, by site; read with the first page of what is held. */
    private final Map<String, List<Object>> spellings = new ConcurrentHashMap<>();

    public SqlResourceSource(Database database, Profiles profiles) {
        this.jdbc = new JdbcRunner(database);
        this.profiles = requireNonNull(profiles, "profiles");
    }

    private SqlTable table(Profile profile) {
        return tables.computeIfAbsent(
                profile, key -> new SqlTable(key, jdbc.database().dialect()));
    }

    @Override
    public List<Resource> candidates(Site site, @Nullable ResourceId after, int limit) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        Map<String, @Nullable Object> values = profile.bind(site);
        return page(
                site,
                "list the candidates of site " + site.id(),
                table.firstPage,
                table.nextPage,
                values,
                after,
                limit);
    }

    @Override
    public Optional<Resource> find(Site site, ResourceId id) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        return jdbc
                .read(
                        "find the resource " + id + " of site " + site.id(),
                        session -> resources(session, profile, table.find(session, List.of(id))))
                .stream()
                .findFirst();
    }

    @Override
    public Map<ResourceId, Holding> holdings(Site site, Claimant claimant, Collection<ResourceId> ids) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        Map<String, @Nullable Object> values = profile.bind(site);
        Map<ResourceId, Holding> holdings = new LinkedHashMap<>();
        ids.forEach(id -> holdings.put(id, Holding.of(Holding.State.GONE)));
        jdbc.read("read back resources of site " + site.id(), session -> table.holdings(session, ids, values))
                .forEach(row -> holdings.put(idOf(row, "id"), SqlTable.holding(row, claimant)));
        return holdings;
    }

    @Override
    public List<Resource> held(Site site, Claimant claimant, @Nullable ResourceId after, int limit) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        Map<String, @Nullable Object> values = profile.bind(site);
        String what = "list what " + claimant.name() + " holds of site " + site.id();
        if (after == null) {
            // compared here, not in SQL: a collation may tell accents apart, and none knows no-break spaces
            spellings.put(
                    site.id(),
                    jdbc.read(what, session -> session.query(table.owners.bind(values))).stream()
                            .map(row -> requireNonNull(row.get("owner")))
                            .filter(owner -> claimant.matches(owner.toString()))
                            .toList());
        }
        List<Object> owners = spellings.getOrDefault(site.id(), List.of());
        if (owners.isEmpty()) {
            return List.of();
        }
        values.put("owners", owners);
        return page(site, what, table.firstHeld, table.nextHeld, values, after, limit);
    }

    @Override
    public List<String> owners(Site site) {
        Profile profile = profiles.of(site);
        BoundSql sql = table(profile).owners.bind(profile.bind(site));
        return jdbc.read("list the owners of site " + site.id(), session -> session.query(sql)).stream()
                .map(row -> requireNonNull(row.get("owner")).toString())
                .toList();
    }

    @Override
    public Set<String> columns(Site site) {
        Profile profile = profiles.of(site);
        Set<String> names = new LinkedHashSet<>(table(profile).columns());
        profile.children().forEach((name, child) -> {
            if (child.single()) {
                child.columns().forEach(column -> names.add(name + "." + column));
            }
        });
        return names;
    }

    @Override
    public Set<String> settingNames(Site site) {
        return profiles.settingNames(site);
    }

    @Override
    public List<Finding> check(Site site) {
        List<Finding> findings = new ArrayList<>();
        try {
            Profile profile = profiles.of(site);
            Map<String, @Nullable Object> values = profile.bind(site);
            values.put("limit", 1);
            BoundSql listing = table(profile).firstPage.bind(values);
            Dialect dialect = jdbc.database().dialect();
            findings.addAll(jdbc.read("check the table of site " + site.id(), session -> {
                List<Finding> told = new ArrayList<>(dialect.check(
                        session, new TableUse(table(profile).key(), columns(profile), Set.of(), listing)));
                for (Profile.Child child : profile.children().values()) {
                    Set<String> read = new LinkedHashSet<>(child.columns());
                    read.add(child.orderBy());
                    told.addAll(dialect.check(
                            session,
                            new TableUse(
                                    new KeyColumn(child.table(), child.key(), child.keyType()), read, Set.of(), null)));
                }
                return told;
            }));
            candidates(site, null, 1);
            // what recovery and the read-back of a claim ask for must be there too
            Claimant nobody = new Claimant("nobody: a check");
            held(site, nobody, null, 1);
            holdings(site, nobody, List.of());
            findings.add(Finding.ok(
                    "source",
                    "reads " + String.join(".", profile.table()) + " in "
                            + jdbc.database().location() + " by the profile " + profile.name()));
        } catch (BrainException e) {
            findings.add(Finding.error("source", String.valueOf(e.getMessage())));
        }
        return findings;
    }

    /** The columns of the profile's table that it reads by name. */
    private Set<String> columns(Profile profile) {
        Set<String> read = new LinkedHashSet<>(table(profile).columns());
        read.add(profile.owner());
        return read;
    }

    private List<Resource> page(
            Site site,
            String what,
            NamedSql first,
            NamedSql next,
            Map<String, @Nullable Object> values,
            @Nullable ResourceId after,
            int limit) {
        Profile profile = profiles.of(site);
        values.put("limit", limit);
        if (after != null) {
            values.put("after", profile.idType().toColumn(after));
        }
        BoundSql sql = (after == null ? first : next).bind(values);
        return jdbc.read(what, session -> resources(session, profile, session.query(sql)));
    }

    private List<Resource> resources(Session session, Profile profile, List<Map<String, @Nullable Object>> rows)
            throws SQLException {
        Map<String, Map<ResourceId, List<Map<String, @Nullable Object>>>> children = new LinkedHashMap<>();
        for (Map.Entry<String, Profile.Child> child : profile.children().entrySet()) {
            children.put(
                    child.getKey(), rows.isEmpty() ? Map.of() : childRows(session, profile, child.getValue(), rows));
        }
        List<Resource> resources = new ArrayList<>(rows.size());
        for (Map<String, @Nullable Object> row : rows) {
            resources.add(resource(profile, row, children));
        }
        return resources;
    }

    private Map<ResourceId, List<Map<String, @Nullable Object>>> childRows(
            Session session, Profile profile, Profile.Child child, List<Map<String, @Nullable Object>> parents)
            throws SQLException {
        Set<ResourceId> keys = new LinkedHashSet<>();
        parents.stream()
                .filter(row -> isReadable(row, child))
                .forEach(row -> key(row, child).ifPresent(keys::add));
        Map<ResourceId, List<Map<String, @Nullable Object>>> found = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> row : table(profile).children(session, child, keys)) {
            ResourceId key = idOf(row, child.key());
            Map<String, @Nullable Object> columns = new LinkedHashMap<>(row);
            columns.keySet().retainAll(child.columns());
            found.computeIfAbsent(key, ignored -> new ArrayList<>()).add(columns);
        }
        return found;
    }

    private static Resource resource(
            Profile profile,
            Map<String, @Nullable Object> row,
            Map<String, Map<ResourceId, List<Map<String, @Nullable Object>>>> children) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>(row);
        Map<String, List<Map<String, @Nullable Object>>> lists = new LinkedHashMap<>();
        profile.children().forEach((name, child) -> {
            if (!isReadable(row, child)) {
                // absent too: a payload that needs it says so, and this row's fault stays this row's
                return;
            }
            List<Map<String, @Nullable Object>> rows = key(row, child)
                    .map(key -> requireNonNull(children.get(name)).get(key))
                    .orElse(List.of());
            if (!child.single()) {
                lists.put(name, rows);
                return;
            }
            if (rows.size() > 1) {
                // which of them is meant is a guess, and a guess would be filed
                return;
            }
            for (String column : child.columns()) {
                columns.put(
                        name + "." + column, rows.isEmpty() ? null : rows.get(0).get(column));
            }
        });
        Object reference = row.get(profile.reference());
        return new Resource(idOf(row, profile.id()), reference == null ? null : reference.toString(), columns, lists);
    }

    /** Whether what refers to the child's rows can be one of their keys at all. */
    private static boolean isReadable(Map<String, @Nullable Object> row, Profile.Child child) {
        try {
            key(row, child);
            return true;
        } catch (ConfigurationException e) {
            return false;
        }
    }

    /** Spelt as the child's column spells it: a text {@code 007} refers to a number 7. */
    private static Optional<ResourceId> key(Map<String, @Nullable Object> row, Profile.Child child) {
        return Optional.ofNullable(row.get(child.parent()))
                .filter(value -> !value.toString().isBlank())
                .map(value -> ResourceId.of(child.keyType().toColumn(ResourceId.of(value))));
    }

    private static ResourceId idOf(Map<String, @Nullable Object> row, String column) {
        return ResourceId.of(requireNonNull(row.get(column), column));
    }
}
