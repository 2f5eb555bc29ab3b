package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.TableUse;
import dev.brain.jdbc.SqlTable.PageQuery;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads resources from a table as described by a site's profile. Thread-safe. */
public final class SqlResourceSource implements ResourceSource {
    /** After this many consecutive unusable ids, the fault is the profile's rather than a row's. */
    private static final int UNUSABLE_AT_MOST = 100;
    /** The number of rows whose ids a check reads back. */
    private static final int SAMPLE = 20;

    private final JdbcRunner jdbc;
    private final Profiles profiles;
    private final Map<String, SqlTable> tables = new ConcurrentHashMap<>();
    /** A list of what a claimant holds of a site. */
    private record HeldList(String siteId, Claimant claimant) {}

    /** The claimant's spellings in the owner column; read with the first page of what is held. */
    private final Map<HeldList, List<Object>> spellings = new ConcurrentHashMap<>();

    public SqlResourceSource(Database database, Profiles profiles) {
        this.jdbc = new JdbcRunner(database);
        this.profiles = requireNonNull(profiles, "profiles");
    }

    private SqlTable table(Profile profile) {
        return tables.computeIfAbsent(
                profile.name(), name -> new SqlTable(profile, jdbc.database().dialect()));
    }

    @Override
    public List<Resource> candidates(Site site, @Nullable Resource after, int limit) {
        Profile profile = profiles.of(site);
        String what = "list the candidates of site " + site.id();
        List<PageQuery> queries = table(profile).candidates;
        Position position = after == null ? null : Position.of(profile, after);
        // those without a deadline come last
        int from = position != null && position.deadline() == null ? queries.size() - 1 : 0;
        List<Resource> page = new ArrayList<>();
        for (PageQuery query : queries.subList(from, queries.size())) {
            if (page.size() < limit) {
                page.addAll(page(site, what, query, profile.bind(site), position, limit - page.size()));
            }
            position = null;
        }
        return page;
    }

    @Override
    public boolean hasDeadlines(Site site) {
        return profiles.of(site).deadline() != null;
    }

    @Override
    public Optional<Instant> deadline(Site site, Resource resource) {
        String column = profiles.of(site).deadline();
        return column == null
                ? Optional.empty()
                : resource.column(column)
                        .flatMap(value -> DeadlineValue.read(column, value, Site.timeZone(site.settings())));
    }

    @Override
    public Optional<Resource> find(Site site, ResourceId id) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        Optional<Resource> found = jdbc
                .read(
                        "find the resource " + id + " of site " + site.id(),
                        session ->
                                new ResourceReader(profile, table, session).resources(table.find(session, List.of(id))))
                .stream()
                .findFirst();
        found.map(Resource::fault).ifPresent(fault -> {
            throw new ConfigurationException("resource " + id + " can't be used: " + fault);
        });
        return found;
    }

    @Override
    public boolean isInScope(Site site, ResourceId id) {
        Profile profile = profiles.of(site);
        Map<String, @Nullable Object> values = profile.bind(site);
        return !jdbc.read(
                        "look whether site " + site.id() + " selects the resource " + id,
                        session -> table(profile).inScope(session, List.of(id), values))
                .isEmpty();
    }

    @Override
    public Map<ResourceId, Ownership> ownership(Site site, Claimant claimant, Collection<ResourceId> ids) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        Map<String, @Nullable Object> values = profile.bind(site);
        return jdbc.read(
                "read back resources of site " + site.id(), session -> table.ownership(session, claimant, ids, values));
    }

    @Override
    public List<Resource> held(Site site, Claimant claimant, @Nullable ResourceId after, int limit) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        Map<String, @Nullable Object> values = profile.bind(site);
        String what = "list what " + claimant.name() + " holds of site " + site.id();
        HeldList list = new HeldList(site.id(), claimant);
        if (after == null) {
            // compared here, not in SQL: a collation may tell accents apart, and none knows no-break spaces
            spellings.put(
                    list,
                    jdbc.read(what, session -> session.query(table.owners.bind(values))).stream()
                            .map(row -> requireNonNull(row.get("owner")))
                            .filter(owner -> claimant.matches(owner.toString()))
                            .toList());
        }
        List<Object> owners = spellings.getOrDefault(list, List.of());
        if (owners.isEmpty()) {
            return List.of();
        }
        values.put("owners", owners);
        Position position =
                after == null ? null : new Position(null, profile.idType().toColumn(after));
        return page(site, what, table.held, values, position, limit);
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
    public List<Finding> check(Site site) {
        List<Finding> findings = new ArrayList<>();
        try {
            Profile profile = profiles.of(site);
            Map<String, @Nullable Object> values = profile.bind(site);
            values.put("limit", 1);
            BoundSql listing = table(profile).candidates.get(0).first().bind(values);
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
            String deadline = profile.deadline();
            if (deadline == null) {
                candidates(site, null, 1);
            } else {
                List<Finding> type = jdbc.read(
                        "check the deadlines of site " + site.id(),
                        session -> DeadlineCheck.ofTable(session, profile, deadline));
                findings.addAll(type);
                if (type.stream().noneMatch(finding -> finding.level() == Finding.Level.ERROR)) {
                    findings.addAll(DeadlineCheck.ofRows(this, site, candidates(site, null, SAMPLE)));
                }
            }
            // what recovery and the read-back of a claim ask for must be there too
            Claimant nobody = new Claimant("nobody: a check");
            held(site, nobody, null, 1);
            findings.addAll(ids(site, nobody));
            findings.add(Finding.ok(
                    "source",
                    "reads " + String.join(".", profile.table()) + " in "
                            + jdbc.database().location() + " by the profile " + profile.name()));
        } catch (BrainException e) {
            findings.add(Finding.error("source", e.problem()));
        }
        return findings;
    }

    /** Reads ids of the table, then rows by these ids. A row that is not found by its id can't be claimed either. */
    private List<Finding> ids(Site site, Claimant claimant) {
        Profile profile = profiles.of(site);
        SqlTable table = table(profile);
        List<Resource> rows = jdbc.read(
                "read ids of site " + site.id(),
                session -> new ResourceReader(profile, table, session)
                        .resources(session.page(table.sample.bind(Map.of("limit", SAMPLE)), SAMPLE)));
        List<Finding> findings = new ArrayList<>();
        rows.stream()
                .filter(row -> row.fault() != null)
                .findFirst()
                .ifPresent(row -> findings.add(Finding.warning("ids", String.valueOf(row.fault()))));
        List<ResourceId> ids = rows.stream()
                .filter(row -> row.fault() == null)
                .map(Resource::id)
                .toList();
        ownership(site, claimant, ids).forEach((id, owned) -> {
            if (owned.state() == Ownership.State.GONE
                    && findings.stream().noneMatch(finding -> finding.level() == Finding.Level.ERROR)) {
                findings.add(Finding.error(
                        "ids",
                        "the table has a row with the id '" + id + "', but it is not found by that" + " id: "
                                + SqlTable.COMPARES_DIFFERENTLY));
            }
        });
        if (findings.isEmpty() && !ids.isEmpty()) {
            findings.add(Finding.ok("ids", "rows are found by the ids that were read"));
        }
        return findings;
    }

    /** Returns the columns that the profile reads by name. */
    private Set<String> columns(Profile profile) {
        Set<String> read = new LinkedHashSet<>(table(profile).columns());
        read.add(profile.owner());
        return read;
    }

    /**
     * The place of a row in a list.
     *
     * @param deadline the value of the deadline column as it was read; null if the list is not in its order
     * @param id the value of the id column
     */
    private record Position(@Nullable Object deadline, Object id) {
        static Position of(Profile profile, Resource resource) {
            String deadline = profile.deadline();
            return new Position(
                    deadline == null ? null : resource.columns().get(deadline),
                    profile.idType().toColumn(resource.id()));
        }

        static Position ofRow(Profile profile, Map<String, @Nullable Object> row, boolean isByDeadline) {
            String deadline = profile.deadline();
            return new Position(
                    isByDeadline && deadline != null ? row.get(deadline) : null, raw(profile, row.get(profile.id())));
        }
    }

    private List<Resource> page(
            Site site,
            String what,
            PageQuery query,
            Map<String, @Nullable Object> values,
            @Nullable Position after,
            int limit) {
        Profile profile = profiles.of(site);
        boolean isByDeadline = query.next().names().contains("after_deadline");
        values.put("limit", limit);
        List<Resource> found = new ArrayList<>();
        Position from = after;
        while (true) {
            if (from != null) {
                values.put("after", from.id());
                Object deadline = from.deadline();
                values.put(
                        "after_deadline",
                        deadline == null ? null : jdbc.database().dialect().comparable(deadline));
            }
            BoundSql sql = (from == null ? query.first() : query.next()).bind(values);
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            found.addAll(jdbc.read(what, session -> {
                rows.clear();
                rows.addAll(session.page(sql, limit));
                return new ResourceReader(profile, table(profile), session).resources(rows);
            }));
            boolean isUsable = found.stream().anyMatch(resource -> resource.fault() == null);
            if (rows.size() < limit || isUsable || found.size() >= UNUSABLE_AT_MOST) {
                checkOrder(profile, after, found);
                return found;
            }
            // no id can be the cursor of the next page, so it continues from the value itself
            from = Position.ofRow(profile, rows.get(rows.size() - 1), isByDeadline);
        }
    }

    private static Object raw(Profile profile, @Nullable Object id) {
        Object value = requireNonNull(id, "id");
        boolean isInfinite = profile.idType() != IdType.TEXT && value.toString().endsWith("Infinity");
        return isInfinite ? Double.valueOf(value.toString()) : value;
    }

    /** Numbers that are compared as texts have another order, so a page that begins after the last id would skip some. */
    private static void checkOrder(Profile profile, @Nullable Position after, List<Resource> page) {
        if (profile.idType() == IdType.TEXT) {
            return;
        }
        Position last = after;
        for (Resource resource : page) {
            if (resource.fault() == null) {
                Position next = Position.of(profile, resource);
                // ids are in order only among rows of the same deadline
                if (last != null
                        && Objects.equals(next.deadline(), last.deadline())
                        && number(next.id()).compareTo(number(last.id())) < 0) {
                    throw new ConfigurationException("the rows of " + String.join(".", profile.table())
                            + " come in another order than their ids have as numbers: " + next.id() + " after "
                            + last.id() + "; " + SqlTable.COMPARES_DIFFERENTLY);
                }
                last = next;
            }
        }
    }

    private static BigDecimal number(Object id) {
        return new BigDecimal(id.toString());
    }
}
