package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.sqlserver.jdbc.SQLServerDataSource;
import dev.brain.Brain;
import dev.brain.claim.ClaimOutcome;
import dev.brain.cycle.SiteReport;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.NotAppliedException;
import dev.brain.jdbc.Profile;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.resource.ResourceSource.Ownership.State;
import dev.brain.sqlite.SqliteStore;
import dev.brain.sqlserver.ScriptedServer.Point;
import dev.brain.sqlserver.TdsServer.Tokens;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a claim says when its connection breaks at each point: never that it won or lost what it doesn't know. */
class BrokenClaimTest {
    private static final Recursos CASES = new Recursos("", "integer");

    private static SQLException broken() {
        return new SQLException("Connection reset", "08S01", 0);
    }

    private static SQLException late() {
        return new SQLTimeoutException("The query has timed out.", "HY008", 0);
    }

    private static SQLException deadlock() {
        return new SQLException("was deadlocked", "40001", 1205);
    }

    private static SQLException denied() {
        return new SQLException(
                "The SELECT permission was denied on the object 't', database 'm', schema 'dbo'.", "S0005", 229);
    }

    private static Map<ResourceId, ClaimOutcome> claim(ScriptedServer server) {
        return CASES.claim(database(server), 1, 2, 3, 4);
    }

    private static Database database(ScriptedServer server) {
        return ServerDatabase.of(server);
    }

    private static List<State> readBack(ScriptedServer server) {
        return CASES
                .source(database(server))
                .ownership(
                        Recursos.SITE,
                        Recursos.ROBOT,
                        IntStream.rangeClosed(1, 3).mapToObj(ResourceId::of).toList())
                .values()
                .stream()
                .map(Ownership::state)
                .toList();
    }

    /** The points at which the statement hasn't been sent yet. */
    private static final Set<Point> BEFORE =
            EnumSet.of(Point.CONNECT, Point.PREPARE, Point.TIME_OUT_SETTING, Point.BIND);

    private static Stream<Arguments> pointsAndErrors() {
        return Arrays.stream(Point.values())
                .filter(point -> point != Point.CONNECT)
                .flatMap(point -> Stream.of(broken(), late())
                        .flatMap(error -> Stream.of(true, false)
                                .filter(effect -> !(effect && BEFORE.contains(point)))
                                .map(effect -> Arguments.of(point, error, effect))));
    }

    @ParameterizedTest
    @MethodSource("pointsAndErrors")
    void aClaimWhoseConnectionBreaksIsUnknownAndReadBack(Point point, SQLException error, boolean takesEffect) {
        ScriptedServer server = new ScriptedServer(point, error, takesEffect, 1);
        assertThatThrownBy(() -> claim(server)).isExactlyInstanceOf(UnavailableException.class);
        assertThat(server.claims()).as("it is not sent again").isLessThanOrEqualTo(1);
        assertThat(readBack(server)).containsOnly(takesEffect ? State.OURS : State.FREE);
    }

    @TempDir
    Path folder;

    @Test
    void aBrokenClaimThatIsReadBackAsOursShowsInTheReport() {
        ScriptedServer server = new ScriptedServer(Point.DRAIN, broken(), true, 1);
        ResourceSource real = CASES.source(database(server));
        List<Resource> free = IntStream.rangeClosed(1, 3)
                .mapToObj(id -> new Resource(ResourceId.of(id), "2026/" + id, Map.of("TExp", 2L)))
                .toList();
        ResourceSource source = (ResourceSource) Proxy.newProxyInstance(
                ResourceSource.class.getClassLoader(),
                new Class<?>[] {ResourceSource.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    // the scripted server knows the claim and the read-back only
                    case "candidates" -> free;
                    case "held" -> List.of();
                    default -> method.invoke(real, arguments);
                });
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Profile.class, CASES.profile())
                        .source("sql", source)
                        .claim("sql", CASES.strategy(database(server)))
                        .site(Recursos.SITE)
                        .readBackDelays(List.of())
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.recovered()).isEqualTo(3);
            assertThat(report.claimed()).isEqualTo(3);
            assertThat(report.enqueued()).isEqualTo(3);
            assertThat(report.errorCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"EXECUTE", "RESULT", "ROW", "DRAIN"})
    void aClaimThatWasRolledBackIsRunAgainAsAWhole(Point point) {
        ScriptedServer server = new ScriptedServer(point, deadlock(), false, 2);
        assertThat(claim(server).values())
                .containsExactly(ClaimOutcome.won(), ClaimOutcome.won(), ClaimOutcome.won(), ClaimOutcome.lost(null));
        assertThat(server.claims()).isEqualTo(3);
        assertThat(server.owners().values()).containsOnly("ROBOT");
    }

    @Test
    void aClaimThatIsRolledBackAgainAndAgainIsGivenUp() {
        ScriptedServer server = new ScriptedServer(Point.EXECUTE, deadlock(), false, 100);
        assertThatThrownBy(() -> claim(server))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("1205")
                .hasMessageContaining("tried 5 times");
        assertThat(server.claims()).isEqualTo(5);
        assertThat(server.owners().values()).containsOnly("");
    }

    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"EXECUTE", "RESULT", "ROW", "DRAIN"})
    void anErrorBehindTheRowsCountsMoreThanTheRows(Point point) {
        ScriptedServer server = new ScriptedServer(point, denied(), false, 1);
        assertThatThrownBy(() -> claim(server))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ask for GRANT SELECT ON [dbo].[t]");
        assertThat(server.owners().values()).as("nothing was claimed").containsOnly("");
    }

    @Test
    void aConnectionThatCannotBeHadIsTriedAgainSinceNothingWasSent() {
        ScriptedServer server = new ScriptedServer(Point.CONNECT, broken(), false, 2);
        assertThat(claim(server).get(ResourceId.of(1))).isEqualTo(ClaimOutcome.won());
        assertThat(server.claims()).isEqualTo(1);
        assertThatThrownBy(() -> claim(new ScriptedServer(Point.CONNECT, broken(), false, 100)))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("host and port");
    }

    private static SQLException refused(int code) {
        return new SQLException("a row is refused", "23000", code);
    }

    /** The rows are the claimant's although the call is refused: through another queue of that name, or by this call. */
    @ParameterizedTest
    @ValueSource(ints = {547, 2627, 3609, 3616, 50000, 51234})
    void whatIsOursThoughTheCallWasRolledBackIsNotThisClaims(int code) {
        ScriptedServer server = new ScriptedServer(Point.EXECUTE, refused(code), true, 1);
        Map<ResourceId, ClaimOutcome> outcomes = claim(server);
        assertThat(outcomes.get(ResourceId.of(1)).result()).isEqualTo(ClaimOutcome.Result.ALREADY_OURS);
        assertThat(server.claims()).as("it is not sent again").isEqualTo(1);
    }

    /** What the real driver makes of the server's answer: an error in a trigger, and what comes after it. */
    private static Map<ResourceId, ClaimOutcome> claimAnsweredBy(Tokens claim) throws IOException {
        List<List<Object>> ours = List.of(List.of(1, 0, 1, 0, "ROBOT"));
        SQLServerDataSource source = new SQLServerDataSource();
        try (TdsServer server = TdsServer.answering(statement -> {
                    if (statement.contains("compatibility_level")) {
                        return new Tokens().rows(List.of("level"), List.of(List.of(150)));
                    }
                    if (statement.contains("dm_exec_describe_first_result_set")) {
                        return new Tokens().rows(List.of("type", "collation"), List.of(List.of("int", "")));
                    }
                    if (statement.contains("UPDATE ")) {
                        return claim;
                    }
                    return statement.contains("SELECT ")
                            ? new Tokens().rows(List.of("id", "won", "ours", "free", "owner"), ours)
                            : new Tokens();
                });
                Database database = ServerDatabase.of(source)) {
            source.setURL("jdbc:sqlserver://localhost:" + server.port() + ";encrypt=false;user=u;password=p");
            return CASES.claim(database, 1);
        }
    }

    @Test
    void aTriggersErrorWithoutRowsAfterItEndedTheClaim() throws IOException {
        for (Tokens answer : List.of(
                new Tokens().error(50000, "not today"),
                new Tokens().error(50000, "not today").error(3609, "The transaction ended in the trigger."),
                new Tokens().error(50000, "not today").more().error(3609, "The transaction ended in the trigger."),
                new Tokens().error(3616, "An error was raised during trigger execution."))) {
            assertThat(claimAnsweredBy(answer).get(ResourceId.of(1)).result())
                    .isEqualTo(ClaimOutcome.Result.ALREADY_OURS);
        }
    }

    @Test
    void aTriggersErrorAfterWhichTheClaimWentOnLeavesItUnknown() throws IOException {
        Tokens answer = new Tokens()
                .error(50000, "mind you")
                .more()
                .rows(List.of("id", "won", "ours", "free", "owner"), List.of(List.of(1, 1, 1, 0, "ROBOT")));
        assertThat(claimAnsweredBy(answer).get(ResourceId.of(1)).result()).isEqualTo(ClaimOutcome.Result.UNKNOWN);
    }

    @Test
    void anErrorThatTheServerAnswersIsNotUnknown() {
        assertThatThrownBy(() ->
                        claimAnsweredBy(new Tokens().error(8623, "The query processor ran out of internal resources.")))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("8623");
    }
}
