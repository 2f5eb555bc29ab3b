package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.sqlserver.jdbc.SQLServerDataSource;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.KeyCondition;
import dev.brain.jdbc.Dialect.KeyedUpdate;
import dev.brain.jdbc.IdType;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.resource.ResourceId;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of every statement, for each option. */
class SqlServerDialectTest {
    private static final KeyColumn ID = new KeyColumn(List.of("Recursos", "RecursosExp"), "idRecurso", IdType.INTEGER);

    private final SqlServerDialect dialect = dialect(Hints.standard());

    private static SqlServerDialect dialect(Hints hints) {
        return new SqlServerDialect(hints, Duration.ofSeconds(30), ConnectionForm.DATA_SOURCE);
    }

    private static KeyColumn key(IdType type) {
        return new KeyColumn(ID.table(), ID.name(), type);
    }

    @Test
    void namesAreQuotedWithBrackets() {
        assertThat(dialect.quote("idRecurso")).isEqualTo("[idRecurso]");
        assertThat(dialect.quote("a]b")).isEqualTo("[a]]b]");
        assertThat(dialect.table(List.of("RecursosExp"))).isEqualTo("[RecursosExp]");
        assertThat(dialect.table(List.of("Recursos", "RecursosExp"))).isEqualTo("[Recursos].[RecursosExp]");
        assertThat(dialect.table(List.of("Multas", "Recursos", "RecursosExp")))
                .isEqualTo("[Multas].[Recursos].[RecursosExp]");
    }

    @Test
    void aPartOfANameEndsNoQuotes() {
        assertThat(dialect.quote("Importe (€)")).isEqualTo("[Importe (€)]");
        assertThat(dialect.quote("] = 1; DROP TABLE x --")).isEqualTo("[]] = 1; DROP TABLE x --]");
        assertThat(dialect.table(List.of("Multas.v1", "[Recursos]"))).isEqualTo("[Multas.v1].[[Recursos]]]");
    }

    /** The names' marks belong to the names, for Brain's parameters and for the driver's. */
    @Test
    void namesOfAnyCharacterLeaveTheParametersAlone() throws IOException {
        KeyColumn key = new KeyColumn(List.of("dbo", "a]?b"), "1º nº :id?", IdType.INTEGER);
        String owner = dialect.quote("who's \"it\"? :x");
        KeyedUpdate claim = new KeyedUpdate(
                dialect.table(key.table()),
                key,
                dialect.quote("% IVA] :set0 ?") + " = :set0, " + owner + " = :owner",
                "[P&L]] :owner ?] LIKE :texp AND \"-- a? :texp\" = 0",
                owner + " = :owner",
                owner + " AS [owner]");
        KeyType type = KeyType.of("int", null, IdType.INTEGER);
        BoundSql bound = dialect.batch(claim, dialect.isOneOf(key, type), type, true)
                .bind(Map.of("set0", 1L, "owner", "ROBOT", "texp", List.of("a%", "b%"), "ids", "[\"7\"]"));
        assertThat(bound.values()).containsExactly(1L, "ROBOT", "[\"7\"]", "a%", "b%", "[\"7\"]", "ROBOT");
        assertThat(bound.sql()).isEqualTo("""
                        SET NOCOUNT ON; SET XACT_ABORT ON;
                        DECLARE @won TABLE (Id int NOT NULL);
                        BEGIN TRANSACTION;
                        UPDATE [dbo].[a]]?b] WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK) SET [% IVA]] :set0 ?] = ?, [who's "it"? :x] = ?
                        OUTPUT inserted.[1º nº :id?] INTO @won (Id)
                        WHERE [1º nº :id?] IN (SELECT TRY_CAST(j.[value] AS int) FROM OPENJSON(?) AS j) AND (([P&L]] :owner ?] LIKE ? OR [P&L]] :owner ?] LIKE ?) AND "-- a? :texp" = 0);
                        SELECT [1º nº :id?] AS [id], CASE WHEN [1º nº :id?] IN (SELECT w.Id FROM @won AS w) THEN 1 ELSE 0 END AS [won], [who's "it"? :x] AS [owner]
                        FROM [dbo].[a]]?b] WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK) WHERE [1º nº :id?] IN (SELECT TRY_CAST(j.[value] AS int) FROM OPENJSON(?) AS j);
                        IF EXISTS (SELECT 1 FROM [dbo].[a]]?b] WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK) WHERE [1º nº :id?] IN (SELECT w.Id FROM @won AS w) AND ([who's "it"? :x] = ?)) ROLLBACK TRANSACTION ELSE COMMIT TRANSACTION;""");

        List<String> sent = new CopyOnWriteArrayList<>();
        try (TdsServer server = TdsServer.answering(statement -> {
            sent.add(statement);
            return new TdsServer.Tokens().rows(List.of("id"), List.of(List.of(7)));
        })) {
            SQLServerDataSource source = new SQLServerDataSource();
            source.setURL("jdbc:sqlserver://localhost:" + server.port() + ";encrypt=false;user=u;password=p");
            try (Database database = ServerDatabase.of(source)) {
                new JdbcRunner(database).read("look", session -> session.query(bound));
            }
        }
        assertThat(String.join("\n", sent))
                .contains("[who's \"it\"? :x] = @P1\n", "[% IVA]] :set0 ?] = @P0", "[a]]?b]", "[1º nº :id?]")
                .contains("\"-- a? :texp\" = 0", "[who's \"it\"? :x] = @P6)")
                .doesNotContain("@P7");
    }

    @Test
    void aPageIsTheTopOfWhatIsLeft() {
        assertThat(dialect.page("[a] AS [a]", "FROM " + dialect.listed("[t]") + " WHERE x = 1", "[id]"))
                .isEqualTo("SELECT TOP (:limit) [a] AS [a] FROM [t] WITH (READPAST, READCOMMITTEDLOCK) WHERE x = 1"
                        + " ORDER BY [id]");
    }

    @Test
    void aReadBackWaitsForLocks() {
        assertThat(dialect.settled("[t]")).isEqualTo("[t] WITH (READCOMMITTEDLOCK)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INTEGER|int          |          |SELECT TRY_CAST(j.[value] AS int) FROM OPENJSON(:ids) AS j",
                "INTEGER|bigint       |          |SELECT TRY_CAST(j.[value] AS bigint) FROM OPENJSON(:ids) AS j",
                "TEXT   |varchar(20)  |Modern_Spanish_CI_AS|SELECT TRY_CAST(j.[value] AS varchar(900)) COLLATE Modern_Spanish_CI_AS FROM OPENJSON(:ids) AS j",
                "TEXT   |nchar(8)     |Latin1_General_BIN2|SELECT TRY_CAST(j.[value] AS nvarchar(450)) COLLATE Latin1_General_BIN2 FROM OPENJSON(:ids) AS j",
                "TEXT   |uniqueidentifier||SELECT TRY_CAST(j.[value] AS uniqueidentifier) FROM OPENJSON(:ids) AS j",
                "TEXT   |xml          |          |SELECT TRY_CAST(j.[value] AS nvarchar(450)) COLLATE DATABASE_DEFAULT FROM OPENJSON(:ids) AS j",
                "INTEGER|money        |          |SELECT TRY_CAST(j.[value] AS bigint) FROM OPENJSON(:ids) AS j",
                "INTEGER|decimal(18,0)|          |SELECT TRY_CAST(j.[value] AS decimal(18,0)) FROM OPENJSON(:ids) AS j WHERE TRY_CAST(j.[value] AS decimal(18,0)) = TRY_CAST(j.[value] AS decimal(38, 10))",
                "DECIMAL|numeric(12,2)|          |SELECT TRY_CAST(j.[value] AS numeric(12,2)) FROM OPENJSON(:ids) AS j WHERE TRY_CAST(j.[value] AS numeric(12,2)) = TRY_CAST(j.[value] AS decimal(38, 10))"
            })
    void idsAreComparedInTheirColumnsOwnType(IdType type, String declared, String collation, String ids) {
        KeyCondition condition = dialect.isOneOf(key(type), KeyType.of(declared, collation, type));
        assertThat(condition.sql()).isEqualTo("[idRecurso] IN (" + ids + ")");
        assertThat(condition.atOnce()).isGreaterThan(100_000);
    }

    @Test
    void idsTravelAsOneJsonList() {
        List<ResourceId> numbers = List.of(ResourceId.of(7), ResourceId.of(12));
        assertThat(dialect.isOneOf(ID, KeyType.unknown(IdType.INTEGER)).ids().apply(numbers))
                .isEqualTo("[\"7\",\"12\"]");
        assertThat(dialect.isOneOf(key(IdType.TEXT), KeyType.unknown(IdType.TEXT))
                        .ids()
                        .apply(List.of(ResourceId.of("a\"b"), ResourceId.of("Ñ\\/"))))
                .isEqualTo("[\"a\\\"b\",\"Ñ\\\\/\"]");
        assertThatThrownBy(() -> dialect.isOneOf(ID, KeyType.unknown(IdType.INTEGER))
                        .ids()
                        .apply(List.of(ResourceId.of("ab-1"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ab-1")
                .hasMessageContaining("idType");
    }

    @Test
    void withoutJsonIdsTravelAsParameters() {
        KeyCondition condition = dialect.isOneOf(ID, null);
        assertThat(condition.sql()).isEqualTo("[idRecurso] IN (:ids)");
        assertThat(condition.atOnce()).isEqualTo(900);
        List<ResourceId> ids = List.of(ResourceId.of(7), ResourceId.of(12));
        assertThat(condition.ids().apply(ids)).isEqualTo(List.of(7L, 12L));
        assertThat(dialect.isOneOf(key(IdType.DECIMAL), null).ids().apply(ids))
                .isEqualTo(List.of(new BigDecimal(7), new BigDecimal(12)));
        assertThat(dialect.isOneOf(key(IdType.TEXT), null).ids().apply(ids)).isEqualTo(List.of("7", "12"));
    }

    private static KeyedUpdate claim() {
        return new KeyedUpdate(
                "[Recursos].[RecursosExp]",
                ID,
                "[TExp] = :set0, [UsuarioAsignado] = :set1",
                "Estado = 0 AND TExp IN (:texp)",
                "UsuarioAsignado = :owner",
                "CASE WHEN TExp = 1 THEN 1 ELSE 0 END AS [ours]");
    }

    @Test
    void aClaimIsOneCallThatTellsWhatItWonAndWhoHasIt() {
        KeyType type = KeyType.of("int", null, IdType.INTEGER);
        assertThat(dialect.batch(claim(), dialect.isOneOf(ID, type), type, true)
                        .bind(Map.of(
                                "set0",
                                1L,
                                "set1",
                                "ROBOT",
                                "owner",
                                "ROBOT",
                                "texp",
                                List.of(2L, 3L),
                                "ids",
                                "[\"7\"]"))
                        .sql())
                .isEqualTo("""
                        SET NOCOUNT ON; SET XACT_ABORT ON;
                        DECLARE @won TABLE (Id int NOT NULL);
                        BEGIN TRANSACTION;
                        UPDATE [Recursos].[RecursosExp] WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK) SET [TExp] = ?, [UsuarioAsignado] = ?
                        OUTPUT inserted.[idRecurso] INTO @won (Id)
                        WHERE [idRecurso] IN (SELECT TRY_CAST(j.[value] AS int) FROM OPENJSON(?) AS j) AND (Estado = 0 AND TExp IN (?,?));
                        SELECT [idRecurso] AS [id], CASE WHEN [idRecurso] IN (SELECT w.Id FROM @won AS w) THEN 1 ELSE 0 END AS [won], CASE WHEN TExp = 1 THEN 1 ELSE 0 END AS [ours]
                        FROM [Recursos].[RecursosExp] WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK) WHERE [idRecurso] IN (SELECT TRY_CAST(j.[value] AS int) FROM OPENJSON(?) AS j);
                        IF EXISTS (SELECT 1 FROM [Recursos].[RecursosExp] WITH (ROWLOCK, READPAST, READCOMMITTEDLOCK) WHERE [idRecurso] IN (SELECT w.Id FROM @won AS w) AND (UsuarioAsignado = ?)) ROLLBACK TRANSACTION ELSE COMMIT TRANSACTION;""");
    }

    @Test
    void aClaimOfTextIdsWithoutJsonAndHints() {
        SqlServerDialect plain = dialect(new Hints(List.of(), List.of(), List.of()));
        KeyType type = KeyType.of("varchar(20)", "Modern_Spanish_CI_AS", IdType.TEXT);
        assertThat(plain.batch(claim(), plain.isOneOf(key(IdType.TEXT), null), type, false)
                        .bind(Map.of(
                                "set0",
                                1L,
                                "set1",
                                "ROBOT",
                                "owner",
                                "ROBOT",
                                "texp",
                                List.of(2L, 3L),
                                "ids",
                                List.of("a", "b", "c")))
                        .sql())
                .isEqualTo("""
                        SET NOCOUNT ON; SET XACT_ABORT ON;
                        DECLARE @won TABLE (Id varchar(900) COLLATE Modern_Spanish_CI_AS NOT NULL);
                        UPDATE [Recursos].[RecursosExp] SET [TExp] = ?, [UsuarioAsignado] = ?
                        OUTPUT inserted.[idRecurso] INTO @won (Id)
                        WHERE [idRecurso] IN (?,?,?) AND (Estado = 0 AND TExp IN (?,?));
                        SELECT [idRecurso] AS [id], CASE WHEN [idRecurso] IN (SELECT w.Id COLLATE Modern_Spanish_CI_AS FROM @won AS w) THEN 1 ELSE 0 END AS [won], CASE WHEN [idRecurso] IN (SELECT w.Id COLLATE Modern_Spanish_CI_AS FROM @won AS w) AND (UsuarioAsignado = ?) THEN 1 ELSE 0 END AS [undone], CASE WHEN TExp = 1 THEN 1 ELSE 0 END AS [ours]
                        FROM [Recursos].[RecursosExp] WHERE [idRecurso] IN (?,?,?);""");
    }

    @Test
    void aChunkOfIdsLeavesRoomForTheOtherParameters() {
        KeyCondition condition = dialect.isOneOf(ID, null);
        Object ids = condition
                .ids()
                .apply(IntStream.range(0, condition.atOnce())
                        .mapToObj(ResourceId::of)
                        .toList());
        assertThat(dialect.batch(claim(), condition, KeyType.unknown(IdType.INTEGER), false)
                        .bind(Map.of(
                                "set0", 1L, "set1", "ROBOT", "owner", "ROBOT", "texp", List.of(2L, 3L), "ids", ids))
                        .values())
                .hasSizeLessThan(2000);
    }

    @Test
    void hintsAreASetting() {
        Hints hints = Hints.from(
                Environment.of(Map.of("SQLSERVER_LIST_HINTS", "nolock", "SQLSERVER_CLAIM_HINTS", "rowlock, updlock")));
        assertThat(dialect(hints).listed("[t]")).isEqualTo("[t] WITH (NOLOCK)");
        assertThat(hints.claiming()).containsExactly("ROWLOCK", "UPDLOCK");
        assertThat(hints.readBack()).isEqualTo(Hints.standard().readBack());
        assertThat(Hints.from(Environment.of(Map.of("SQLSERVER_LIST_HINTS", "none")))
                        .listing())
                .isEmpty();
        assertThat(Hints.from(Environment.of(Map.of()))).isEqualTo(Hints.standard());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROWLOCK) DELETE FROM t --", "INDEX(1)", "READPAST READPAST", "x"})
    void whatIsNoKnownHintIsRefused(String hint) {
        assertThatThrownBy(() -> Hints.from(Environment.of(Map.of("SQLSERVER_LIST_HINTS", hint))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("READPAST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"forceseek", "FORCESCAN"})
    void noHintIsGivenToAClaimThatAnUpdateCannotHave(String hint) {
        assertThatThrownBy(() -> Hints.from(Environment.of(Map.of("SQLSERVER_CLAIM_HINTS", "ROWLOCK," + hint))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("FORCES")
                .hasMessageContaining("update");
        assertThat(Hints.from(Environment.of(Map.of("SQLSERVER_LIST_HINTS", hint)))
                        .listing())
                .hasSize(1);
    }

    @Test
    void noHintLetsAClaimBelieveWhatIsNotCommitted() {
        assertThatThrownBy(() -> new Hints(List.of(), List.of("nolock"), List.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("NOLOCK");
        assertThatThrownBy(() -> new Hints(List.of(), List.of(), List.of("readuncommitted")))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> new Hints(List.of(), List.of(), List.of("READPAST")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("gone");
    }

    /** The server converts a text to the column's own type; a typed value would be compared as a more precise type. */
    @Test
    void aTimeThatWasReadIsComparedAsATextWithItsOwnDigits() {
        SqlServerDialect dialect =
                new SqlServerDialect(Hints.standard(), Duration.ofSeconds(30), ConnectionForm.DATA_SOURCE);
        assertThat(dialect.comparable(LocalDateTime.parse("2026-03-01T10:00"))).isEqualTo("2026-03-01T10:00:00");
        assertThat(dialect.comparable(LocalDateTime.parse("2026-03-01T10:00:00.003")))
                .isEqualTo("2026-03-01T10:00:00.003");
        assertThat(dialect.comparable(LocalDateTime.parse("2026-03-01T10:00:00.1234567")))
                .isEqualTo("2026-03-01T10:00:00.1234567");
        assertThat(dialect.comparable(OffsetDateTime.parse("2026-03-01T10:00:00.5Z")))
                .isEqualTo("2026-03-01T10:00:00.5+00:00");
        assertThat(dialect.comparable(LocalDate.parse("2026-03-01"))).isEqualTo(LocalDate.parse("2026-03-01"));
    }
}
