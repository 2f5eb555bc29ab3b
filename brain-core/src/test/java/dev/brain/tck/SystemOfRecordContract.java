package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.check.Finding;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.ProfilePayloadBuilder;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlResourceSource;
import dev.brain.jdbc.SqlUpdateClaimStrategy;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadContext;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.resource.ResourceSource.Ownership.State;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a SQL database promises as a system of record: reading by profile, and claiming by a guarded update. */
public abstract class SystemOfRecordContract {
    private static final Claimant ROBOT = new Claimant(CaseTable.ROBOT);
    private static final Site SITE = CaseTable.site("fines", "%FINES%");

    private Database database;
    private Profiles profiles;
    private SqlResourceSource source;
    private SqlUpdateClaimStrategy strategy;

    /** A database without the contract's tables; closed after each test. */
    protected abstract Database newDatabase();

    /** The type of a text column. */
    protected String textType() {
        return "VARCHAR(60)";
    }

    /** What stands before the name of each of the contract's tables: empty, or a schema and a dot. */
    protected String schema() {
        return "";
    }

    /** What stands before a text in quotes: N, where a text would else lose letters. */
    protected String national() {
        return "";
    }

    private CaseTable tables() {
        return new CaseTable(schema(), national());
    }

    /** The type of a whole-number column with 12 digits and two decimal places. */
    protected String decimalType() {
        return "DECIMAL(12, 2)";
    }

    /** The type of a column of times without a zone. */
    protected String timeType() {
        return "TIMESTAMP";
    }

    /** Whether the database gives a text of a fixed width with the blanks that fill it up. */
    protected boolean fillsUpFixedTexts() {
        return true;
    }

    /** The statements that give every claimed row of {@code cases}, one of kind 1, another kind. */
    protected abstract List<String> triggerThatSetsKindTo(int kind);

    /** The statements that make every claimed row of {@code cases} the property of that owner. */
    protected abstract List<String> triggerThatReassignsTo(String owner);

    @BeforeEach
    void open() {
        database = newDatabase();
        use("integer", "INTEGER");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void use(String idType, String columnType) {
        use(tables().profile(idType));
        tables().create(columnType, textType()).forEach(this::execute);
    }

    private void use(Profile profile) {
        ProviderContext context = new ProviderContext(
                Environment.of(Map.of()), Clock.systemUTC(), List.of(getClass().getClassLoader()));
        profiles = new Profiles(context, List.of(profile), null);
        source = new SqlResourceSource(database, profiles);
        strategy = new SqlUpdateClaimStrategy(database, profiles, Environment.of(Map.of()));
    }

    /** Runs a statement outside of what is tested. */
    protected void execute(String sql) {
        new JdbcRunner(database).write("set the test up", session -> session.update(new BoundSql(sql, List.of())));
    }

    private void insert(Object id, String reference, String body, int kind, int state, String owner) {
        execute(tables().insert(id, reference, body, kind, state, owner));
    }

    private String ownerOf(Object id) {
        return new JdbcRunner(database)
                        .read(
                                "look",
                                session -> session.query(new BoundSql(
                                        "SELECT assigned_to AS owner FROM " + schema() + "cases WHERE case_id = " + id,
                                        List.of())))
                        .stream()
                        .findFirst()
                        .map(row -> (String) row.get("owner"))
                        .orElse(null);
    }

    private static List<ResourceId> ids(Object... ids) {
        return IntStream.range(0, ids.length)
                .mapToObj(i -> ResourceId.of(ids[i]))
                .toList();
    }

    private List<ResourceId> candidates(Site site) {
        return source.candidates(site, null, 100).stream().map(Resource::id).toList();
    }

    private Map<ResourceId, ClaimOutcome> claim(Object... ids) {
        List<Resource> batch = ids(ids).stream()
                .map(id -> source.find(SITE, id).orElseGet(() -> new Resource(id, null, Map.of())))
                .toList();
        return strategy.claim(SITE, ROBOT, batch);
    }

    @Test
    void candidatesComeInIdOrderPageByPage() {
        for (int id : new int[] {5, 3, 1, 4, 2}) {
            insert(id, "2026/" + id, "CITY FINES", 2, 0, null);
        }
        List<ResourceId> seen = new ArrayList<>();
        Resource after = null;
        List<Resource> page;
        do {
            page = source.candidates(SITE, after, 2);
            page.forEach(resource -> seen.add(resource.id()));
            after = page.isEmpty() ? null : page.get(page.size() - 1);
        } while (page.size() == 2);
        assertThat(seen).isEqualTo(ids(1, 2, 3, 4, 5));
    }

    private void insertDue(int id, String due) {
        insert(id, "2026/" + id, "CITY FINES", 2, 0, null);
        setDue(id, due);
    }

    private void setDue(int id, String due) {
        execute("UPDATE " + schema() + "cases SET due = " + (due == null ? "NULL" : "'" + due + "'")
                + " WHERE case_id = " + id);
    }

    private void useDeadlines() {
        execute("ALTER TABLE " + schema() + "cases ADD due " + timeType());
        use(tables().profileWithDeadline());
    }

    private static List<ResourceId> idsOf(List<Resource> page) {
        return page.stream().map(Resource::id).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 20})
    void candidatesComeByDeadlineThenIdAndThoseWithoutOneLast(int size) {
        useDeadlines();
        insertDue(1, null);
        insertDue(2, "2026-03-02 10:00:00.123");
        insertDue(3, "2026-03-01 10:00:00");
        insertDue(4, "2026-03-02 10:00:00.123");
        insertDue(5, null);
        insertDue(6, "2026-02-28 23:59:59");
        insertDue(7, "2026-03-02 10:00:00.123");
        insertDue(8, "2026-03-02 10:00:00.122");
        List<ResourceId> seen = new ArrayList<>();
        Resource after = null;
        List<Resource> page;
        do {
            page = source.candidates(SITE, after, size);
            seen.addAll(idsOf(page));
            after = page.isEmpty() ? null : page.get(page.size() - 1);
        } while (page.size() == size);
        assertThat(seen).isEqualTo(ids(6, 3, 8, 2, 4, 7, 1, 5));
    }

    @Test
    void aDeadlineIsReadInTheSitesTimeZone() {
        useDeadlines();
        insertDue(1, "2026-03-29 10:00:00");
        insertDue(2, null);
        Site madrid = SITE.toBuilder().setting("time_zone", "Europe/Madrid").build();
        List<Resource> page = source.candidates(madrid, null, 10);
        assertThat(source.hasDeadlines(madrid)).isTrue();
        assertThat(source.deadline(madrid, page.get(0))).contains(Instant.parse("2026-03-29T08:00:00Z"));
        assertThat(source.deadline(madrid, page.get(1))).isEmpty();
        assertThat(source.check(madrid))
                .noneMatch(finding -> finding.level() == Finding.Level.ERROR)
                .anyMatch(finding -> finding.subject().startsWith("deadline"));
    }

    @Test
    void deadlinesThatChangeBetweenPagesMoveNothingElse() {
        useDeadlines();
        for (int id = 1; id <= 6; id++) {
            insertDue(id, "2026-03-0" + id + " 10:00:00");
        }
        List<Resource> first = source.candidates(SITE, null, 2);
        assertThat(idsOf(first)).isEqualTo(ids(1, 2));
        setDue(2, "2026-03-05 12:00:00");
        setDue(6, "2026-01-01 00:00:00");
        setDue(4, null);
        List<Resource> second = source.candidates(SITE, first.get(1), 2);
        assertThat(idsOf(second)).as("continues where it was").isEqualTo(ids(3, 5));
        List<Resource> third = source.candidates(SITE, second.get(1), 2);
        assertThat(idsOf(third)).as("2 again, behind its new deadline").isEqualTo(ids(2, 4));
        assertThat(source.candidates(SITE, third.get(1), 2)).isEmpty();
        assertThat(idsOf(source.candidates(SITE, null, 2))).as("the next cycle").isEqualTo(ids(6, 1));
    }

    @Test
    void aDeadlineColumnThatHoldsNumbersIsRefusedByTheCheck() {
        use(Profile.parse(
                tables().profileText("integer").replace("\"idType\":", "\"deadline\": \"kind\", \"idType\":"),
                "the contract's profile"));
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        assertThat(source.check(SITE))
                .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("kind", "date"));
    }

    @Test
    void onlyFreeRowsOfTheSiteAreCandidates() {
        insert(1, " 2026/1 ", "CITY FINES", 2, 0, null);
        insert(2, "2026/2", "PARKS", 2, 0, null);
        insert(3, "2026/3", "CITY FINES", 4, 0, null);
        insert(4, "2026/4", "CITY FINES", 3, 1, "A PERSON");
        insert(5, null, "CITY FINES", 3, 0, null);
        insert(6, "2026/6", "OLD FINES", 3, 0, "a person who had it before");
        assertThat(candidates(SITE)).isEqualTo(ids(1, 6));
        assertThat(source.candidates(SITE, null, 1).get(0).reference()).isEqualTo("2026/1");
        assertThat(candidates(CaseTable.site("both", "PARKS|OLD%"))).isEqualTo(ids(2, 6));
    }

    @Test
    void resourcesCarryTheirColumnsAndChildren() {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        insert(2, "2026/2", "CITY FINES", 2, 0, null);
        execute("UPDATE " + schema() + "cases SET client = 7 WHERE case_id = 1");
        execute("INSERT INTO " + schema() + "clients (number, tax_id) VALUES (7, 'B1234567X')");
        execute("INSERT INTO " + schema() + "documents (id, case_id, filename) VALUES (12, 1, 'second.pdf')");
        execute("INSERT INTO " + schema() + "documents (id, case_id, filename) VALUES (11, 1, 'first.pdf')");
        List<Resource> resources = source.candidates(SITE, null, 10);
        assertThat(resources).hasSize(2);
        Resource first = resources.get(0);
        assertThat(first.columns())
                .containsEntry("case_id", 1L)
                .containsEntry("body", "CITY FINES")
                .containsEntry("kind", 2L)
                .containsEntry("client.tax_id", "B1234567X");
        assertThat(first.children().get("documents"))
                .extracting(row -> row.get("filename"))
                .containsExactly("first.pdf", "second.pdf");
        assertThat(resources.get(1).columns()).containsEntry("client.tax_id", null);
        assertThat(resources.get(1).children().get("documents")).isEmpty();
        assertThat(source.columns(SITE)).contains("case_id", "client.tax_id");
    }

    @Test
    void aClaimTakesFreeRowsAndNoOthers() {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        insert(2, "2026/2", "CITY FINES", 1, 0, "A PERSON");
        insert(3, "2026/3", "CITY FINES", 1, 0, " robot   ");
        insert(4, "2026/4", "CITY FINES", 1, 0, "");
        insert(5, "2026/5", "CITY FINES", 2, 0, null);
        Map<ResourceId, ClaimOutcome> outcomes = claim(1, 2, 3, 4, 99);
        assertThat(outcomes.get(ResourceId.of(1)).result()).isEqualTo(Result.WON);
        assertThat(outcomes.get(ResourceId.of(2))).isEqualTo(ClaimOutcome.lost("A PERSON"));
        assertThat(outcomes.get(ResourceId.of(3)).result()).isEqualTo(Result.ALREADY_OURS);
        assertThat(outcomes.get(ResourceId.of(4)).result()).isEqualTo(Result.LOST);
        assertThat(outcomes.get(ResourceId.of(99)).result()).isEqualTo(Result.LOST);
        assertThat(ownerOf(1)).isEqualTo(CaseTable.ROBOT);
        assertThat(ownerOf(2)).isEqualTo("A PERSON");
        assertThat(ownerOf(3)).isEqualTo(" robot   ");
        assertThat(ownerOf(5)).isNull();
        assertThat(claim(1).get(ResourceId.of(1)).result()).as("a second time").isEqualTo(Result.ALREADY_OURS);
    }

    @Test
    void aRowThatTheTableRefusesFailsAloneAndTheOthersOfItsBatchAreWon() {
        for (int id = 1; id <= 20; id++) {
            insert(id, "2026/" + id, id == 13 ? CaseTable.LOCKED : "CITY FINES", 2, 0, null);
        }
        Map<ResourceId, ClaimOutcome> outcomes =
                claim(IntStream.rangeClosed(1, 20).boxed().toArray());
        assertThat(outcomes.remove(ResourceId.of(13)).result()).isEqualTo(Result.FAILED);
        assertThat(outcomes.values())
                .hasSize(19)
                .allSatisfy(outcome -> assertThat(outcome.result()).isEqualTo(Result.WON));
        assertThat(ownerOf(13)).isNull();
        assertThat(candidates(SITE)).isEqualTo(ids(13));
    }

    @Test
    void whatATriggerGivesToSomebodyElseIsLost() {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        triggerThatReassignsTo("THE CHIEF").forEach(this::execute);
        assertThat(claim(1).get(ResourceId.of(1))).isEqualTo(ClaimOutcome.lost("THE CHIEF"));
    }

    @Test
    void aClaimThatItsOwnProfileDoesNotFindOursIsTakenBack() {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        // gives rows of kind 1 to the claimant as ever, and makes them what the profile doesn't call ours
        triggerThatSetsKindTo(7).forEach(this::execute);
        assertThatThrownBy(() -> claim(1)).isInstanceOf(BrainException.class).hasMessageContaining("ours");
        assertThat(ownerOf(1)).isNull();
        assertThat(candidates(SITE)).isEqualTo(ids(1));
    }

    @Test
    void rowsThatOnlyTheirClaimMakesUnknownFailAndTheOthersOfTheirBatchAreWon() {
        use(Profile.parse(
                tables().profileText("integer").replace("\"kind = 1\"", "\"kind = 1 AND body <> 'ODD FINES'\""),
                "the test's profile"));
        for (int id = 1; id <= 9; id++) {
            insert(id, "2026/" + id, id == 3 || id == 4 ? "ODD FINES" : "CITY FINES", 2, 0, null);
        }
        Map<ResourceId, ClaimOutcome> outcomes = claim(1, 2, 3, 4, 5, 6, 7, 8, 9);
        for (int id : List.of(3, 4)) {
            ClaimOutcome outcome = outcomes.remove(ResourceId.of(id));
            assertThat(outcome.result()).isEqualTo(Result.FAILED);
            assertThat(outcome.detail()).contains("doesn't find it ours");
            assertThat(ownerOf(id)).isNull();
        }
        assertThat(outcomes.values())
                .hasSize(7)
                .allSatisfy(outcome -> assertThat(outcome.result()).isEqualTo(Result.WON));
    }

    @Test
    void aListOfWhatOneClaimantHoldsGoesOnAfterAnotherWasBegun() {
        for (int id = 1; id <= 3; id++) {
            insert(id, "2026/" + id, "CITY FINES", 1, 0, CaseTable.ROBOT);
        }
        assertThat(source.held(SITE, ROBOT, null, 2)).hasSize(2);
        assertThat(source.held(SITE, new Claimant("NOBODY"), null, 2)).isEmpty();
        assertThat(source.held(SITE, ROBOT, ResourceId.of(2), 2))
                .extracting(Resource::id)
                .containsExactly(ResourceId.of(3));
    }

    /** Whatever has the claimant's name is ours. */
    private Profile byName(String free, String claim) {
        return Profile.parse("""
                {"name": "by-name", "table": "%scases", "id": "case_id", "reference": "reference",
                 "columns": ["case_id", "state"], "free": "%s", "owner": "assigned_to", "claim": {%s},
                 "payload": {"idRecurso": {"value": "id"}}}
                """.formatted(schema(), free, claim), "the test's profile");
    }

    @Test
    void aReopenedRowThatKeepsItsOwnersNameIsFreeUntilItIsClaimed() {
        use(byName("state = 0", "\"state\": 1, \"assigned_to\": \":claimant\""));
        insert(1, "2026/1", "CITY FINES", 2, 0, CaseTable.ROBOT);
        assertThat(source.ownership(SITE, ROBOT, ids(1)).get(ResourceId.of(1)).state())
                .isEqualTo(State.FREE);
        assertThat(claim(1).get(ResourceId.of(1)).result()).isEqualTo(Result.WON);
        assertThat(source.ownership(SITE, ROBOT, ids(1)).get(ResourceId.of(1)).state())
                .isEqualTo(State.OURS);
    }

    @Test
    void aClaimThatLeavesItsRowFreeForOthersIsTakenBack() {
        use(byName("state = 0", "\"assigned_to\": \":claimant\""));
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        assertThatThrownBy(() -> claim(1))
                .isInstanceOf(BrainException.class)
                .hasMessageContaining("still finds it free");
        assertThat(ownerOf(1)).isNull();
    }

    @Test
    void theScopeTellsTheSitesOwnResourcesFreeOrNot() {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        insert(2, null, "OLD FINES", 1, 1, "A PERSON");
        insert(3, "2026/3", "PARKS", 2, 0, null);
        assertThat(List.of(1, 2, 3, 4))
                .filteredOn(id -> source.isInScope(SITE, ResourceId.of(id)))
                .containsExactly(1, 2);
    }

    @Test
    void holdingsTellFreeOursOthersAndGone() {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        insert(2, "2026/2", "CITY FINES", 1, 0, "rób\u00f3t\u00a0");
        insert(3, "2026/3", "CITY FINES", 1, 0, "A PERSON");
        Claimant accented = new Claimant("Róbot");
        Map<ResourceId, Ownership> ownership = source.ownership(SITE, accented, ids(1, 2, 3, 4));
        assertThat(ownership).containsOnlyKeys(ids(1, 2, 3, 4));
        assertThat(ownership.values())
                .extracting(Ownership::state)
                .containsExactly(State.FREE, State.OURS, State.OTHERS, State.GONE);
        assertThat(ownership.get(ResourceId.of(3)).owner()).isEqualTo("A PERSON");
    }

    @Test
    void heldListsOursWhateverTheSpelling() {
        insert(1, "2026/1", "CITY FINES", 1, 0, "ROBOT");
        insert(2, "2026/2", "CITY FINES", 1, 0, "robot ");
        insert(3, "2026/3", "CITY FINES", 1, 0, "ROBOT 2");
        insert(4, "2026/4", "PARKS", 1, 0, "ROBOT");
        insert(5, "2026/5", "CITY FINES", 2, 0, null);
        insert(6, "2026/6", "CITY FINES", 1, 0, "  Robot\u00a0");
        List<Resource> first = source.held(SITE, ROBOT, null, 2);
        assertThat(first).extracting(Resource::id).containsExactlyElementsOf(ids(1, 2));
        assertThat(source.held(SITE, ROBOT, ResourceId.of(2), 2))
                .extracting(Resource::id)
                .containsExactlyElementsOf(ids(6));
        assertThat(source.held(SITE, new Claimant("NOBODY"), null, 2)).isEmpty();
    }

    @Test
    void aReleaseRestoresWhatWasThereAndTakesNothingFromOthers() {
        insert(1, "2026/1", "CITY FINES", 3, 0, null);
        insert(2, "2026/2", "CITY FINES", 2, 0, null);
        insert(3, "2026/3", "CITY FINES", 2, 0, null);
        List<Resource> before = source.candidates(SITE, null, 10);
        claim(1, 2, 3);
        execute("UPDATE " + schema() + "cases SET assigned_to = 'A PERSON' WHERE case_id = 2");
        execute("UPDATE " + schema() + "cases SET assigned_to = ' robot' WHERE case_id = 3");
        Map<ResourceId, Boolean> released = strategy.release(SITE, ROBOT, before);
        assertThat(released)
                .containsEntry(ResourceId.of(1), true)
                .containsEntry(ResourceId.of(2), false)
                .containsEntry(ResourceId.of(3), true);
        assertThat(ownerOf(2)).isEqualTo("A PERSON");
        List<Resource> after = source.candidates(SITE, null, 10);
        assertThat(after).isEqualTo(List.of(before.get(0), before.get(2)));
        assertThatThrownBy(() -> strategy.release(SITE, ROBOT, List.of(new Resource(ResourceId.of(1), null, Map.of()))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kind");
    }

    @ParameterizedTest
    @CsvSource({"decimal, 89157", "text, ab-1"})
    void idsMayBeOfOtherTypes(String idType, String id) {
        tables().names().forEach(table -> execute("DROP TABLE " + table));
        use(idType, idType.equals("text") ? textType() : decimalType());
        Object literal = idType.equals("text") ? "'" + id + "'" : new BigDecimal(id);
        insert(literal, "2026/1", "CITY FINES", 2, 0, null);
        List<Resource> page = source.candidates(SITE, null, 10);
        assertThat(page).extracting(Resource::id).containsExactly(ResourceId.of(id));
        assertThat(source.candidates(SITE, page.get(0), 10)).isEmpty();
        assertThat(strategy.claim(SITE, ROBOT, page)).containsEntry(ResourceId.of(id), ClaimOutcome.won());
        assertThat(source.ownership(SITE, ROBOT, ids(id)).get(ResourceId.of(id)).state())
                .isEqualTo(State.OURS);
        assertThat(strategy.release(SITE, ROBOT, page)).containsEntry(ResourceId.of(id), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab-1      ", "      ab-1"})
    void blanksOfATextIdAreKept(String id) {
        tables().names().forEach(table -> execute("DROP TABLE " + table));
        use("text", "CHAR(10)");
        insert("'" + id + "'", "2026/1", "CITY FINES", 2, 0, null);
        execute("INSERT INTO " + schema() + "documents (id, case_id, filename) VALUES (11, '" + id + "', 'first.pdf')");
        List<Resource> page = source.candidates(SITE, null, 10);
        String read = fillsUpFixedTexts() ? id : id.stripTrailing();
        assertThat(page).singleElement().satisfies(resource -> {
            assertThat(resource.id().value()).isEqualTo(read);
            assertThat(resource.children().get("documents")).hasSize(1);
        });
        assertThat(source.candidates(SITE, page.get(0), 10)).isEmpty();
        assertThat(strategy.claim(SITE, ROBOT, page))
                .containsExactly(Map.entry(page.get(0).id(), ClaimOutcome.won()));
        assertThat(source.ownership(SITE, ROBOT, ids(read))).containsOnlyKeys(ids(read));
        assertThat(source.ownership(SITE, ROBOT, ids(read))
                        .get(ResourceId.of(read))
                        .state())
                .isEqualTo(State.OURS);
        assertThat(source.held(SITE, ROBOT, null, 10)).extracting(Resource::id).containsExactlyElementsOf(ids(read));
        assertThat(strategy.release(SITE, ROBOT, page))
                .containsExactly(Map.entry(page.get(0).id(), true));
    }

    @Test
    void aTextWhereAWholeNumberIsExpectedIsSaidToBeOne() {
        assertThatThrownBy(() -> source.find(SITE, ResourceId.of("ab-1")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ab-1")
                .hasMessageContaining("idType");
    }

    @Test
    void manyIdsAreReadBackInOneCall() {
        insert(2999, "2026/1", "CITY FINES", 2, 0, null);
        List<ResourceId> many =
                IntStream.rangeClosed(1, 3000).mapToObj(ResourceId::of).toList();
        Map<ResourceId, Ownership> ownership = source.ownership(SITE, ROBOT, many);
        assertThat(ownership).hasSize(3000);
        assertThat(ownership.get(ResourceId.of(2999)).state()).isEqualTo(State.FREE);
    }

    @Test
    void namesMayHoldAnyCharacter() {
        Dialect dialect = database.dialect();
        OddNames odd = new OddNames(schema(), dialect);
        use(odd.profile());
        odd.create(textType()).forEach(this::execute);
        List<Map<String, Object>> rows = new JdbcRunner(database)
                .read(
                        "look",
                        session ->
                                session.query(new BoundSql("SELECT * FROM " + odd.table(OddNames.CASES), List.of())));
        assertThat(rows.get(0).keySet()).as("the names that the table has").containsExactlyElementsOf(OddNames.COLUMNS);

        List<Resource> candidates = source.candidates(SITE, null, 10);

        assertThat(candidates).extracting(Resource::id).isEqualTo(ids(1, 3));
        Resource first = candidates.get(0);
        assertThat(first.reference()).isEqualTo("2026/1");
        assertThat(first.columns().keySet()).containsAll(OddNames.READ);
        assertThat(first.columns()).containsEntry("Importe (€)", 7L).containsEntry("a.b?", "CITY FINES");
        assertThat(first.columns()).containsEntry("P&L.% IVA", "21");
        assertThat(first.children().get("it's")).containsExactly(Map.of("say \"x\"", "first.pdf"));
        PayloadBuilder builder = new ProfilePayloadBuilder(profiles);
        assertThat(builder.check(SITE, source.columns(SITE))).isEmpty();
        assertThat(builder.build(SITE, first, new PayloadContext(ROBOT, Instant.EPOCH, null))
                        .content()
                        .toString())
                .as("as workers read it")
                .satisfies(json ->
                        assertThat(JsonMapper.builder().build().readTree(json)).isEqualTo(OddNames.payloadOf1()));
        assertThat(source.candidates(SITE, first, 10)).extracting(Resource::id).isEqualTo(ids(3));
        assertThat(strategy.claim(SITE, ROBOT, candidates))
                .containsEntry(ResourceId.of(1), ClaimOutcome.won())
                .containsEntry(ResourceId.of(3), ClaimOutcome.won());
        assertThat(source.ownership(SITE, ROBOT, ids(1, 2)).values())
                .extracting(Ownership::state)
                .containsExactly(State.OURS, State.OTHERS);
        assertThat(source.held(SITE, ROBOT, null, 10)).extracting(Resource::id).isEqualTo(ids(1, 3));
        assertThat(strategy.release(SITE, ROBOT, candidates)).containsEntry(ResourceId.of(1), true);
        assertThat(source.candidates(SITE, null, 10)).isEqualTo(candidates);
        assertThat(source.check(SITE)).noneMatch(finding -> finding.level() == Finding.Level.ERROR);
        assertThat(strategy.check(SITE)).noneMatch(finding -> finding.level() == Finding.Level.ERROR);
    }

    /** A database may take an unknown name in double quotes for a text: the condition would then hold for every row. */
    @ParameterizedTest
    @ValueSource(strings = {"no such", "no]such", "no`such", "no\"such", "no:such?", "1 = 1 OR kind"})
    void aConditionOnAColumnThatIsNotThereIsRefused(String name) {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        Profile known = tables().profile("integer");
        for (String quoted : List.of(database.dialect().quote(name), "\"" + name.replace("\"", "\"\"") + "\"")) {
            use(new Profile(
                    known.name(),
                    known.table(),
                    known.id(),
                    known.idType(),
                    known.reference(),
                    null,
                    known.columns(),
                    known.parameters(),
                    known.scope(),
                    quoted + " IS NOT NULL",
                    known.candidates(),
                    known.owner(),
                    known.ours(),
                    known.claim(),
                    known.release(),
                    known.children(),
                    known.payload()));
            assertThatThrownBy(() -> source.candidates(SITE, null, 10))
                    .as(quoted)
                    .isInstanceOf(ConfigurationException.class);
            assertThatThrownBy(() ->
                            strategy.claim(SITE, ROBOT, List.of(new Resource(ResourceId.of(1), "2026/1", Map.of()))))
                    .as(quoted)
                    .isInstanceOf(ConfigurationException.class);
        }
        assertThat(ownerOf(1)).isNull();
    }

    @Test
    void rowsOfAChildWithoutAnOrderComeByTheirKey() {
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        execute("UPDATE " + schema() + "cases SET client = 7");
        execute("INSERT INTO " + schema() + "clients (number, tax_id) VALUES (7, 'B1234567X')");
        assertThat(source.find(SITE, ResourceId.of(1)).orElseThrow().columns())
                .containsEntry("client.tax_id", "B1234567X");
    }

    @Test
    void aMissingTableOrColumnIsNamed() {
        execute("DROP TABLE " + schema() + "documents");
        insert(1, "2026/1", "CITY FINES", 2, 0, null);
        assertThatThrownBy(() -> source.candidates(SITE, null, 10))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("documents");
        execute("DROP TABLE " + schema() + "cases");
        // a database that finds several columns missing may name any of them
        execute("CREATE TABLE " + schema() + "cases (case_id INTEGER, reference " + textType()
                + ", kind INTEGER, state INTEGER, assigned_to " + textType() + ", client INTEGER)");
        assertThatThrownBy(() -> source.candidates(SITE, null, 10))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("body");
        execute("DROP TABLE " + schema() + "cases");
        assertThatThrownBy(() -> source.candidates(SITE, null, 10))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cases");
        assertThat(source.check(SITE)).anyMatch(finding -> finding.message().contains("cases"));
    }

    @Test
    void ofTwoClaimersEachRowIsWonByOne() throws Exception {
        int rows = 2000;
        new JdbcRunner(database).write("set the test up", session -> {
            for (int id = 1; id <= rows; id++) {
                session.update(new BoundSql(tables().insert(id, "2026/" + id, "CITY FINES", 2, 0, null), List.of()));
            }
            return null;
        });
        List<Resource> all = IntStream.rangeClosed(1, rows)
                .mapToObj(id -> new Resource(ResourceId.of(id), "2026/" + id, Map.of()))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Set<ResourceId>>> claimers =
                    List.of(() -> wins(new Claimant("ROBOT ONE"), all), () -> wins(new Claimant("ROBOT TWO"), all));
            Set<ResourceId> won = new HashSet<>();
            for (var result : threads.invokeAll(claimers)) {
                Set<ResourceId> wins = result.get();
                assertThat(Collections.disjoint(won, wins))
                        .as("nobody else has won what one has")
                        .isTrue();
                won.addAll(wins);
            }
            // a row that each passed by while the other looked at it is as free as ever
            Set<ResourceId> left = wins(new Claimant("ROBOT THREE"), all);
            assertThat(Collections.disjoint(won, left))
                    .as("nobody else wins what one has")
                    .isTrue();
            won.addAll(left);
            assertThat(won).hasSize(rows);
        } finally {
            threads.shutdownNow();
        }
    }

    private Set<ResourceId> wins(Claimant claimant, List<Resource> all) {
        Set<ResourceId> wins = new HashSet<>();
        for (int from = 0; from < all.size(); from += 25) {
            strategy.claim(SITE, claimant, all.subList(from, from + 25)).forEach((id, outcome) -> {
                if (outcome.result() == Result.WON) {
                    wins.add(id);
                }
            });
        }
        return wins;
    }
}
