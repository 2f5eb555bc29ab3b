package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.sqlserver.jdbc.SQLServerDataSource;
import dev.brain.check.Finding;
import dev.brain.check.Finding.Level;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.TableUse;
import dev.brain.jdbc.IdType;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.sqlserver.TdsServer.Tokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor says of each thing that it can find; the catalogue's answers are scripted, the driver is the real one. */
class ServerCheckTest {
    private static final KeyColumn KEY = new KeyColumn(List.of("dbo", "Cases"), "Id", IdType.INTEGER);
    private static final TableUse READ = new TableUse(
            KEY,
            Set.of("Id", "State", "Owner"),
            Set.of(),
            new BoundSql("SELECT TOP (?) Id FROM dbo.Cases WHERE State = 0 AND Owner IS NULL ORDER BY Id", List.of(1)));
    private static final TableUse WRITTEN = new TableUse(KEY, Set.of("Id"), Set.of("State", "Owner"), null);

    /** What the server says to a statement that contains a text; the first that fits counts. */
    private final Map<String, Tokens> answers = new LinkedHashMap<>();

    private Map<String, List<String>> allowed = Map.of();
    private final List<String> statements = new CopyOnWriteArrayList<>();

    private void says(String statement, List<String> columns, List<List<Object>> rows) {
        answers.put(statement, new Tokens().rows(columns, rows));
    }

    private void columns(String idType, String ownerType, int ownerComputed) {
        says(
                "is_computed",
                List.of("name", "type", "length", "precision", "scale", "computed"),
                List.of(
                        List.of("Id", idType, 4, 10, 0, 0),
                        List.of("State", "int", 4, 10, 0, 0),
                        List.of("Owner", ownerType, 60, 0, 0, ownerComputed)));
    }

    private void server(String version, int level) {
        says(
                "ProductVersion",
                List.of("version", "edition", "level", "database", "login", "user"),
                List.of(List.of(version, "Standard Edition", level, "Fines", "brain", "brain")));
    }

    private void trigger(int instead) {
        says("sys.triggers", List.of("name", "instead"), List.of(List.of("notes", instead)));
    }

    private void index(String first) {
        says(
                "sys.indexes",
                List.of("index", "column"),
                List.of(List.of("PK", "Id"), List.of("by_state", first), List.of("by_state", "Id")));
    }

    @BeforeEach
    void nothingIsWrong() {
        server("16.0.4095.4", 160);
        says("is_read_committed_snapshot_on", List.of("rcsi"), List.of(List.of(1)));
        says("@@LOCK_TIMEOUT", List.of("millis"), List.of(List.of(5000)));
        says("SELECT OBJECT_ID(", List.of("id"), List.of(List.of(7)));
        says("sys.synonyms", List.of("base"), List.of());
        columns("int", "nvarchar", 0);
        allowed = Map.of("SELECT", List.of("Id", "State", "Owner"), "UPDATE", List.of("State", "Owner"));
        index("State");
        says("sys.partitions", List.of("rows"), List.of(List.of(50_000)));
        says("sys.triggers", List.of("name", "instead"), List.of());
    }

    private Tokens answer(String statement) {
        statements.add(statement);
        if (statement.contains("HAS_PERMS_BY_NAME")) {
            List<String> names = allowed.get(statement.contains("UPDATE") ? "UPDATE" : "SELECT");
            return new Tokens()
                    .rows(
                            List.of("name", "allowed"),
                            names.stream().map(name -> List.<Object>of(name, 1)).toList());
        }
        return answers.entrySet().stream()
                .filter(answer -> statement.contains(answer.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> new Tokens().error(208, "Invalid object name."));
    }

    /** Of this listing's condition. */
    private List<Finding> findings(String condition) throws IOException {
        return findings(new TableUse(
                KEY,
                READ.read(),
                Set.of(),
                new BoundSql("SELECT TOP (?) Id FROM dbo.Cases WHERE " + condition + " ORDER BY Id", List.of(1))));
    }

    private List<Finding> findings() throws IOException {
        return findings(READ);
    }

    private List<Finding> findings(TableUse read) throws IOException {
        try (TdsServer server = TdsServer.answering(this::answer)) {
            SQLServerDataSource source = new SQLServerDataSource();
            source.setURL("jdbc:sqlserver://localhost:" + server.port()
                    + ";encrypt=false;user=u;password=p;socketTimeout=45000");
            try (Database database = ServerDatabase.of(source)) {
                return new JdbcRunner(database).read("check", session -> {
                    List<Finding> all = new ArrayList<>(database.dialect().check(session, read));
                    all.addAll(database.dialect().check(session, WRITTEN));
                    return all;
                });
            }
        }
    }

    @Test
    void whereNothingIsWrongAllIsToldAndOnlyTheMissingEncryptionIsWarnedOf() throws IOException {
        assertThat(findings())
                .extracting(finding -> finding.level() + " " + finding.subject())
                .containsExactly(
                        "OK server",
                        "WARNING encryption",
                        "OK isolation",
                        "OK time-outs",
                        "OK columns of dbo.Cases",
                        "OK select on dbo.Cases",
                        "OK index on dbo.Cases",
                        "OK columns of dbo.Cases",
                        "OK update on dbo.Cases",
                        "OK triggers on dbo.Cases");
    }

    @Test
    void everythingIsAskedForAndNothingChanged() throws IOException {
        findings();
        assertThat(statements)
                .hasSizeGreaterThan(10)
                .allMatch(statement -> statement.contains("SELECT "))
                .noneMatch(statement -> statement.matches(
                        "(?is).*\\b(INSERT|DELETE|MERGE|CREATE|ALTER|DROP|GRANT|TRUNCATE|UPDATE\\s+\\S+\\s+SET)\\s.*"));
    }

    private void breakIt(String what) {
        switch (what) {
            case "release" -> server("10.50.1600.1", 100);
            case "level" -> server("13.0.1601.5", 120);
            case "waits" -> says("@@LOCK_TIMEOUT", List.of("millis"), List.of(List.of(-1)));
            case "table" -> says("SELECT OBJECT_ID(", List.of("id"), List.of());
            case "unseen" -> {
                says("SELECT OBJECT_ID(", List.of("id"), List.of());
                says("SELECT TOP (0)", List.of("id"), List.of());
            }
            case "synonym" -> {
                says("sys.synonyms", List.of("base"), List.of(List.of("[Old].[dbo].[Cases]")));
                allowed = Map.of("SELECT", List.of("Id", "Owner"), "UPDATE", List.of("State", "Owner"));
            }
            case "column" ->
                says(
                        "is_computed",
                        List.of("name", "type", "length", "precision", "scale", "computed"),
                        List.of(List.of("Id", "int", 4, 10, 0, 0)));
            case "computed" -> columns("int", "nvarchar", 1);
            case "bytes" -> columns("int", "varbinary", 0);
            case "text id" -> columns("varchar", "nvarchar", 0);
            case "select" -> allowed = Map.of("SELECT", List.of("Id", "State"), "UPDATE", List.of("State"));
            case "further" ->
                allowed = Map.of("SELECT", List.of("Id", "State", "Owner"), "UPDATE", List.of("Id", "State", "Owner"));
            case "trigger" -> trigger(0);
            case "instead" -> trigger(1);
            case "no index" -> says("sys.indexes", List.of("index", "column"), List.of());
            case "id only" -> says("sys.indexes", List.of("index", "column"), List.of(List.of("PK", "Id")));
            case "few rows" -> {
                breakIt("id only");
                says("sys.partitions", List.of("rows"), List.of(List.of(100)));
            }
            case "catalogue" ->
                answers.put(
                        "sys.triggers",
                        new Tokens()
                                .error(
                                        229,
                                        "The SELECT permission was denied on the object 'triggers', database 'd',"
                                                + " schema 'sys'."));
            default -> throw new IllegalArgumentException(what);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "release   | WARNING | server               | upgrade it to 2012 or later",
                "level     | OK      | server               | ids travel as parameters: nothing to do",
                "waits     | WARNING | time-outs            | give the DataSource socketTimeout and lockTimeout",
                "table     | ERROR   | table dbo.Cases      | is not there, or the login may not see it: correct its name in the profile, or ask for GRANT SELECT ON [dbo].[Cases]",
                "unseen    | WARNING | table dbo.Cases      | ask for GRANT VIEW DEFINITION ON [dbo].[Cases]",
                "synonym   | ERROR   | select on dbo.Cases  | ask for GRANT SELECT ON [Old].[dbo].[Cases] ([State])",
                "column    | ERROR   | columns of dbo.Cases | Owner, State are not there, or the login may not see them: correct the profile, or ask for the permission. Seen are Id",
                "computed  | ERROR   | columns of dbo.Cases | Owner can't be set, since the table computes it: correct the profile's claim and release",
                "bytes     | WARNING | columns of dbo.Cases | Owner varbinary(60) holds bytes, which no payload can: take it out of the profile's columns",
                "text id   | ERROR   | id of dbo.Cases      | Id is varchar(4), but the profile says integer: set its idType (a child's keyType) to \"text\"",
                "select    | ERROR   | select on dbo.Cases  | ask for GRANT SELECT ON [dbo].[Cases] ([Owner])",
                "select    | ERROR   | update on dbo.Cases  | ask for GRANT UPDATE ON [dbo].[Cases] ([Owner])",
                "further   | WARNING | update on dbo.Cases  | granted on Owner, State, which claim and release set, and on 1 further columns: GRANT UPDATE ON [dbo].[Cases] ([Owner], [State]) would do",
                "trigger   | OK      | triggers on dbo.Cases | notes runs on each claim; if it gives a row to somebody else, that claim is lost",
                "instead   | WARNING | triggers on dbo.Cases | notes runs instead of an update: a claim counts only if the row is the claimant's when it is read back; try one with 'brain sync'",
                "no index  | WARNING | index on dbo.Cases   | none begins with Id, so every look-up by it reads the whole table: ask for CREATE INDEX [IX_Brain_Id] ON [dbo].[Cases] ([Id])",
                "id only   | WARNING | index on dbo.Cases   | through all 50000 rows: ask for CREATE INDEX IX_Brain_Candidates ON [dbo].[Cases] ([State], [Owner])",
                "few rows  | OK      | index on dbo.Cases   | through all 100 rows; so few rows are not a problem",
                "catalogue | WARNING | triggers on dbo.Cases | couldn't be looked at: The SELECT permission was denied on the object 'triggers', database 'd', schema 'sys'. (error 229); ask for GRANT SELECT ON [sys].[triggers]"
            })
    void whatIsWrongIsToldWithWhatToDo(String what, Level level, String subject, String message) throws IOException {
        assertThat(findings()).noneMatch(finding -> finding.message().contains(message));
        breakIt(what);
        assertThat(findings())
                .anyMatch(finding -> finding.level() == level
                        && finding.subject().equals(subject)
                        && finding.message().contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "State = 0               | by_state (State, Id) can serve",
                "[state] = 0             | by_state (State, Id) can serve",
                "[State of x] = 0        | the candidates' condition names no column",
                "[a]]State] = 0          | the candidates' condition names no column",
                "Id > 7                  | the candidates' condition names no column",
                "Owner IS NULL           | none begins with a column of the candidates' condition (Owner)"
            })
    void theColumnsOfAConditionAreFoundByTheirNames(String condition, String message) throws IOException {
        assertThat(findings(condition))
                .anyMatch(finding -> finding.subject().equals("index on dbo.Cases")
                        && finding.message().contains(message));
    }

    @Test
    void aSynonymMayStandForATableOfAnyName() throws IOException {
        says("sys.synonyms", List.of("base"), List.of(List.of("[Old]].[x].[dbo].[Cases]")));
        findings();
        assertThat(statements)
                .anyMatch(statement -> statement.contains("FROM [Old]].[x].sys.columns"))
                .noneMatch(statement -> statement.contains("FROM [Old]].sys"));
    }
}
