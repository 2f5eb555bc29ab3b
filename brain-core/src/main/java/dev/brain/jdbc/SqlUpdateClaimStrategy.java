package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.KeyedUpdate;
import dev.brain.jdbc.Dialect.TableUse;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims by an update that changes a row only while it is free. A batch is one transaction, in which every row is read
 * back before the claim counts. Thread-safe.
 */
public final class SqlUpdateClaimStrategy implements ClaimStrategy {
    /** The variable that names the claimant of sites that name none. */
    public static final String CLAIMANT_VARIABLE = "BOT_USERNAME";

    private static final Logger LOG = LoggerFactory.getLogger(SqlUpdateClaimStrategy.class);

    /** The provisional outcome of a row that is still free after its claim, until it is claimed once more. */
    static final ClaimOutcome LEFT_ALONE = ClaimOutcome.lost("nobody: it is free");

    private static final String UNCHANGED = "the claim changes nothing, though the row is free: check what the table's"
            + " triggers do with an update, or which rows the view leaves out";

    private final JdbcRunner jdbc;
    private final Profiles profiles;
    private final Optional<Claimant> defaultClaimant;
    private final Map<String, SqlTable> tables = new ConcurrentHashMap<>();

    public SqlUpdateClaimStrategy(Database database, Profiles profiles, Environment environment) {
        this.jdbc = new JdbcRunner(database);
        this.profiles = requireNonNull(profiles, "profiles");
        this.defaultClaimant = environment.get(CLAIMANT_VARIABLE).map(Claimant::new);
    }

    private SqlTable table(Profile profile) {
        return tables.computeIfAbsent(
                profile.name(), name -> new SqlTable(profile, jdbc.database().dialect()));
    }

    @Override
    public Claimant claimant(Site site) {
        return Optional.ofNullable(site.claimant())
                .or(() -> defaultClaimant)
                .orElseThrow(() -> ConfigurationException.ofSite(
                        site.id(), "it names no claimant: give it one, or set " + CLAIMANT_VARIABLE));
    }

    @Override
    public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
        Profile profile = profiles.of(site);
        Map<String, @Nullable Object> set = new LinkedHashMap<>(profile.claim());
        set.replaceAll((column, value) -> Profile.CLAIMANT.equals(value) ? claimant.name() : value);
        SqlTable table = table(profile);
        Map<String, @Nullable Object> values = profile.bind(site);
        DividedClaim.Pieces pieces = new DividedClaim.Pieces() {
            @Override
            public Map<ResourceId, ClaimOutcome> claim(List<ResourceId> ids) {
                boolean isPart = ids.size() < batch.size();
                return claimTogether(
                        site, profile, table, claimant, set, ids, rows -> verify(profile, rows, claimant, isPart));
            }

            @Override
            public Map<ResourceId, Ownership> ownership(List<ResourceId> ids) {
                return jdbc.read(
                        "read back resources of site " + site.id(),
                        session -> table.ownership(session, claimant, ids, values));
            }
        };
        Map<ResourceId, ClaimOutcome> outcomes =
                new DividedClaim(pieces).run(batch.stream().map(Resource::id).toList());
        explain(
                batch,
                outcomes,
                pieces,
                missing -> jdbc.read(
                        "look for resources of site " + site.id(),
                        session -> table.notFoundById(session, missing, values)));
        return outcomes;
    }

    /**
     * Finds out why rows were not claimed that were listed as free and that nobody else holds. Throws nothing: the known
     * outcomes must be kept, because a read-back cannot distinguish this claim's rows from a namesake's.
     */
    static void explain(
            List<Resource> batch,
            Map<ResourceId, ClaimOutcome> outcomes,
            DividedClaim.Pieces pieces,
            Function<List<Resource>, Set<ResourceId>> notFoundById) {
        // free, and unchanged without an error: its lock may just have been released
        List<ResourceId> leftAlone = outcomes.entrySet().stream()
                .filter(entry -> entry.getValue().equals(LEFT_ALONE))
                .map(Map.Entry::getKey)
                .toList();
        if (!leftAlone.isEmpty()) {
            leftAlone.forEach(outcomes::remove);
            // those that somebody is changing again have no outcome, and are no fault
            outcomes.putAll(again(leftAlone, pieces));
            outcomes.replaceAll((id, outcome) -> outcome.equals(LEFT_ALONE) ? ClaimOutcome.failed(UNCHANGED) : outcome);
        }
        List<Resource> missing = batch.stream()
                .filter(resource -> !outcomes.containsKey(resource.id()))
                .toList();
        missing.forEach(resource -> outcomes.put(resource.id(), ClaimOutcome.lost(null)));
        if (!missing.isEmpty()) {
            // gone, or somebody is changing it; or its id finds no row, and never will
            try {
                notFoundById
                        .apply(missing)
                        .forEach(id -> outcomes.put(
                                id,
                                ClaimOutcome.failed(
                                        "no row is found by the id that was read: " + SqlTable.COMPARES_DIFFERENTLY)));
            } catch (BrainException e) {
                LOG.warn(
                        "{} resources were not found by a claim, and the reason is unknown: {}",
                        missing.size(),
                        e.getMessage());
            }
        }
    }

    private static Map<ResourceId, ClaimOutcome> again(List<ResourceId> ids, DividedClaim.Pieces pieces) {
        try {
            return new DividedClaim(pieces).run(ids);
        } catch (BrainException e) {
            // what is configured wrongly promises that nothing was claimed
            ClaimOutcome outcome = e instanceof ConfigurationException
                    ? ClaimOutcome.notSent(e)
                    : ClaimOutcome.unknown(String.valueOf(e.getMessage()));
            return ids.stream().collect(Collectors.toMap(id -> id, id -> outcome));
        }
    }

    /** Rows that do not exist, or that are being changed, have no outcome. */
    private Map<ResourceId, ClaimOutcome> claimTogether(
            Site site,
            Profile profile,
            SqlTable table,
            Claimant claimant,
            Map<String, @Nullable Object> set,
            List<ResourceId> ids,
            Consumer<List<Map<String, @Nullable Object>>> verify) {
        Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
        AskedIds asked = new AskedIds(ids);
        List<Map<String, @Nullable Object>> claimed;
        try {
            claimed = update(
                    "claim resources of site " + site.id(),
                    table.claim,
                    profile.bind(site),
                    set,
                    claimant.name(),
                    ids,
                    verify);
        } catch (NotAppliedException e) {
            // in a read-back, a row that another queue took meanwhile would look like this claim's
            ids.forEach(id -> outcomes.put(id, ClaimOutcome.notSent(e)));
            return outcomes;
        }
        for (Map<String, @Nullable Object> row : claimed) {
            Ownership owned = SqlTable.owned(row, claimant);
            boolean won = SqlTable.isSet(row.get("won"));
            outcomes.put(
                    asked.of(requireNonNull(row.get("id"))),
                    switch (owned.state()) {
                        case OURS -> won ? ClaimOutcome.won() : ClaimOutcome.alreadyOurs();
                        case FREE -> LEFT_ALONE;
                        case OTHERS, GONE -> ClaimOutcome.lost(owned.owner());
                    });
        }
        return outcomes;
    }

    /**
     * Called before the commit, or after the dialect has rolled everything back: a row that is taken, and then is not the
     * claimant's or is still free, would be nobody's task, and no candidate either.
     *
     * @param isPart whether these rows are a part of a batch that was refused
     * @throws RowRefusedException if only some rows are so, because a trigger may change them; nothing was claimed
     * @throws ConfigurationException if all taken rows of a batch are so; nothing was claimed
     */
    private static void verify(
            Profile profile, List<Map<String, @Nullable Object>> rows, Claimant claimant, boolean isPart) {
        List<Map<String, @Nullable Object>> taken = rows.stream()
                .filter(row -> SqlTable.isSet(row.get("won")) && claimant.matches(SqlTable.owner(row)))
                .toList();
        List<String> faults =
                taken.stream().flatMap(row -> fault(profile, row).stream()).toList();
        if (faults.isEmpty()) {
            return;
        }
        if (isPart || faults.size() < taken.size()) {
            throw new RowRefusedException(faults.get(0));
        }
        throw new ConfigurationException(faults.get(0));
    }

    private static Optional<String> fault(Profile profile, Map<String, @Nullable Object> row) {
        if (!SqlTable.isSet(row.get("ours"))) {
            return Optional.of("the profile " + profile.name() + " claims a row, and then doesn't find it ours: correct"
                    + " its \"ours\" (" + profile.ours() + "), what its \"claim\" sets, or a trigger that changes it");
        }
        if (SqlTable.isSet(row.get("free"))) {
            return Optional.of("the profile " + profile.name() + " claims a row, and then still finds it free, so that"
                    + " others could claim it too: correct its \"free\" (" + profile.free()
                    + "), what its \"claim\" sets, or a trigger that changes it");
        }
        return Optional.empty();
    }

    @Override
    public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
        Profile profile = profiles.of(site);
        if (profile.release().isEmpty()) {
            throw new ConfigurationException(
                    "the profile " + profile.name() + " has no \"release\": release the resource by hand");
        }
        Map<ResourceId, Boolean> released = new LinkedHashMap<>();
        Map<Map<String, @Nullable Object>, List<ResourceId>> bySet = new LinkedHashMap<>();
        for (Resource resource : resources) {
            released.put(resource.id(), false);
            bySet.computeIfAbsent(restored(profile, resource), key -> new ArrayList<>())
                    .add(resource.id());
        }
        bySet.forEach(
                (set, ids) -> releaseAlike(site, claimant, profile, set, ids).forEach(id -> released.put(id, true)));
        return released;
    }

    private List<ResourceId> releaseAlike(
            Site site, Claimant claimant, Profile profile, Map<String, @Nullable Object> set, List<ResourceId> ids) {
        SqlTable table = table(profile);
        Map<String, @Nullable Object> values = profile.bind(site);
        String what = "release resources of site " + site.id();
        // the guard takes the owner as it is spelt there: what counts as the same name is decided here, not by a
        // collation
        Map<String, List<ResourceId>> byOwner = new LinkedHashMap<>();
        AskedIds asked = new AskedIds(ids);
        for (Map<String, @Nullable Object> row : jdbc.read(what, session -> table.ownership(session, ids, values))) {
            Ownership owned = SqlTable.owned(row, claimant);
            if (owned.state() == Ownership.State.OURS) {
                byOwner.computeIfAbsent(requireNonNull(owned.owner()), key -> new ArrayList<>())
                        .add(asked.of(requireNonNull(row.get("id"))));
            }
        }
        List<ResourceId> released = new ArrayList<>();
        byOwner.forEach((owner, owned) ->
                update(what, table.release, profile.bind(site), set, owner, owned, rows -> {}).stream()
                        .filter(row -> SqlTable.isSet(row.get("won")))
                        .forEach(row -> released.add(asked.of(requireNonNull(row.get("id"))))));
        return released;
    }

    private static Map<String, @Nullable Object> restored(Profile profile, Resource resource) {
        Map<String, @Nullable Object> set = new LinkedHashMap<>(profile.release());
        set.replaceAll((column, value) -> {
            if (!Profile.ORIGINAL.equals(value)) {
                return value;
            }
            if (!resource.columns().containsKey(column)) {
                throw new ConfigurationException("resource " + resource.id() + ": nobody knows what " + column
                        + " held before the claim; release the resource by hand");
            }
            return resource.columns().get(column);
        });
        return set;
    }

    private List<Map<String, @Nullable Object>> update(
            String what,
            KeyedUpdate update,
            Map<String, @Nullable Object> values,
            Map<String, @Nullable Object> set,
            String owner,
            List<ResourceId> ids,
            Consumer<List<Map<String, @Nullable Object>>> verify) {
        Dialect dialect = jdbc.database().dialect();
        values.put("owner", owner);
        SqlTable.bindSet(set.values(), values);
        JdbcRunner.Work<List<Map<String, @Nullable Object>>> claim = session -> {
            List<Map<String, @Nullable Object>> rows = dialect.claim(session, update, ids, values);
            verify.accept(rows);
            return rows;
        };
        return dialect.claimIsOneCall() ? jdbc.writeInOneCall(what, claim) : jdbc.write(what, claim);
    }

    @Override
    public List<Finding> check(Site site) {
        List<Finding> findings = new ArrayList<>();
        try {
            Claimant claimant = claimant(site);
            Profile profile = profiles.of(site);
            Set<String> written = new LinkedHashSet<>(profile.claim().keySet());
            written.addAll(profile.release().keySet());
            Dialect dialect = jdbc.database().dialect();
            KeyColumn key = table(profile).key();
            findings.addAll(jdbc.read(
                    "check the claim of site " + site.id(),
                    session -> dialect.check(session, new TableUse(key, Set.of(), written, null))));
            findings.add(Finding.ok(
                    "claim",
                    "for " + claimant.name() + " by an update of "
                            + String.join(", ", profile.claim().keySet())));
        } catch (BrainException e) {
            findings.add(Finding.error("claim", e.problem()));
        }
        return findings;
    }
}
