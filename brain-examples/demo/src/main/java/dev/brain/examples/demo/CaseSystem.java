package dev.brain.examples.demo;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import dev.brain.internal.Closing;
import dev.brain.sqlite.SqliteDriver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A system of record in a SQLite file: the tables of a law firm's case system, without their schema {@code Recursos}.
 *
 * <p>Not thread-safe. Other programs may use the file at the same time.
 */
public final class CaseSystem implements AutoCloseable {
    private static final int BATCH = 10_000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    private final Connection connection;
    private final CaseGenerator generator;

    private CaseSystem(Connection connection, CaseGenerator generator) {
        this.connection = connection;
        this.generator = generator;
    }

    /** Creates a file with the first cases of a generator. */
    public static CaseSystem create(Path file, CaseGenerator generator, long cases) {
        try {
            Connection connection = connect(file);
            try (Statement statement = connection.createStatement()) {
                // nobody else sees a file that isn't finished, so it needs no journal yet
                statement.execute("PRAGMA journal_mode = OFF");
                statement.execute("PRAGMA synchronous = OFF");
                statement.executeUpdate(schema());
                statement.executeUpdate("INSERT INTO demo (seed) VALUES (" + generator.seed() + ")");
                CaseSystem system = new CaseSystem(connection, generator);
                system.arrive(cases);
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = NORMAL");
                return system;
            } catch (SQLException | RuntimeException | Error e) {
                Closing.afterFailure(e, connection);
                throw e;
            }
        } catch (SQLException e) {
            throw failed("create", file, e);
        }
    }

    /** Opens a file that {@link #create} has made. */
    public static CaseSystem open(Path file) {
        if (!Files.exists(file)) {
            throw new BrainException("there are no cases at " + file);
        }
        try {
            Connection connection = connect(file);
            try (Statement statement = connection.createStatement();
                    ResultSet seed = statement.executeQuery("SELECT seed FROM demo")) {
                if (!seed.next()) {
                    throw new SQLException("it isn't complete");
                }
                return new CaseSystem(connection, new CaseGenerator(seed.getLong(1)));
            } catch (SQLException | RuntimeException | Error e) {
                Closing.afterFailure(e, connection);
                throw e;
            }
        } catch (SQLException e) {
            throw failed("open", file, e);
        }
    }

    public long seed() {
        return generator.seed();
    }

    public long count() {
        return number("SELECT count(*) FROM RecursosExp").orElse(0);
    }

    /** Adds the next cases of the generator, in batches, so that their number does not matter for the memory. */
    public void arrive(long cases) {
        inTransactions(generator.cases(lastId() + 1, cases).iterator());
    }

    /**
     * Lets people take free cases of the robots' sites, the latest ones first.
     *
     * @return how many they took
     */
    public int peopleTake(int cases) {
        return update("""
                UPDATE RecursosExp SET Estado = 1, UsuarioAsignado = ?
                WHERE idRecurso IN (
                    SELECT idRecurso FROM RecursosExp WHERE Estado = 0 AND TExp IN (2, 3) AND Expedient IS NOT NULL
                    ORDER BY idRecurso DESC LIMIT ?)
                """, CaseGenerator.padded(CaseGenerator.PEOPLE.get(0)), cases);
    }

    /**
     * Lets a colleague take these cases just before the robot does.
     *
     * @return how many of them are free
     */
    public int rivalsAwait(List<Long> ids) {
        int waiting = 0;
        for (int i = 0; i < ids.size(); i++) {
            waiting += update(
                    """
                    INSERT OR REPLACE INTO demo_rivals (idRecurso, name)
                    SELECT idRecurso, ? FROM RecursosExp WHERE idRecurso = ? AND Estado = 0 AND TExp IN (2, 3)
                    """,
                    CaseGenerator.padded(CaseGenerator.PEOPLE.get(1 + i % (CaseGenerator.PEOPLE.size() - 1))),
                    ids.get(i));
        }
        return waiting;
    }

    /** Lets a person release a case that the robot has claimed. */
    public void giveBack(long id) {
        update("UPDATE RecursosExp SET TExp = 2, Estado = 0, UsuarioAsignado = NULL WHERE idRecurso = ?", id);
    }

    /** Lets a person assign a free case to the robot, without a task. */
    public void assignByHand(long id, String robot) {
        update(
                "UPDATE RecursosExp SET TExp = 1, UsuarioAsignado = ? WHERE idRecurso = ? AND Estado = 0 AND TExp IN (2, 3)",
                CaseGenerator.padded(robot),
                id);
    }

    /** Returns the first claimable cases from an id on, for each body that has an active site. */
    List<Long> claimable(long from, int perBody) {
        long last = lastId();
        List<Long> ids = new ArrayList<>();
        for (PublicBody body : List.of(PublicBody.XALOC, PublicBody.BASE, PublicBody.MADRID)) {
            generator
                    .cases(from, last + 1 - from)
                    .filter(candidate -> candidate.body() == body && candidate.isClaimable())
                    .limit(perBody)
                    .forEach(candidate -> ids.add(candidate.id()));
        }
        return ids;
    }

    /** Returns the id of the latest case. */
    long lastId() {
        return number("SELECT max(idRecurso) FROM RecursosExp").orElse(CaseGenerator.FIRST_ID - 1);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new BrainException("cannot close the demo's cases: " + e.getMessage(), e);
        }
    }

    private void inTransactions(Iterator<Case> cases) {
        try (PreparedStatement resource = connection.prepareStatement(
                        "INSERT INTO RecursosExp VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
                PreparedStatement client = connection.prepareStatement(
                        "INSERT OR IGNORE INTO clientes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
                PreparedStatement file = connection.prepareStatement("INSERT INTO expedientes VALUES (?,?,?,?)");
                PreparedStatement attachment = connection.prepareStatement(
                        "INSERT INTO attachments_resource_documents (automatic_id, Filename) VALUES (?,?)")) {
            connection.setAutoCommit(false);
            List<PreparedStatement> all = List.of(resource, client, file, attachment);
            for (int row = 1; cases.hasNext(); row++) {
                Case next = cases.next();
                addResource(resource, next);
                if (CaseGenerator.hasNewClient(next.id())) {
                    addClient(client, next.client());
                }
                add(
                        file,
                        expId(next),
                        next.plate(),
                        next.createdAt().minusDays(20).toLocalDate().toString(),
                        next.createdAt().plusDays(10).toLocalDate().toString());
                for (String name : next.attachments()) {
                    add(attachment, automaticId(next), name);
                }
                if (row % BATCH == 0 || !cases.hasNext()) {
                    for (PreparedStatement statement : all) {
                        statement.executeBatch();
                    }
                    connection.commit();
                }
            }
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new BrainException("cannot add cases to the demo: " + e.getMessage(), e);
        }
    }

    private static void addResource(PreparedStatement statement, Case row) throws SQLException {
        Client client = row.client();
        add(
                statement,
                row.id(),
                expId(row),
                automaticId(row),
                client.number(),
                row.reference(),
                row.organisme(),
                row.fileType(),
                row.state(),
                row.owner(),
                row.completedAt() == null ? null : text(row.completedAt()),
                row.subject(),
                row.phase(),
                client.company() ? client.taxName() : "",
                client.companyNif(),
                row.plate(),
                row.notes(),
                text(row.createdAt()));
    }

    private static void addClient(PreparedStatement statement, Client client) throws SQLException {
        add(
                statement,
                client.number(),
                client.nif(),
                client.companyNif(),
                client.company() ? 2 : 1,
                client.firstName(),
                client.lastName(),
                client.secondLastName(),
                client.taxName(),
                "Carrer de l'Exemple " + client.number() % 100,
                "00000",
                client.town(),
                client.email(),
                client.landline(),
                null,
                client.mobile());
    }

    private static void add(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        bind(statement, values);
        statement.addBatch();
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private int update(String sql, Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new BrainException("cannot change the demo's cases: " + e.getMessage(), e);
        }
    }

    private OptionalLong number(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            long value = result.getLong(1);
            return result.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
        } catch (SQLException e) {
            throw new BrainException("cannot read the demo's cases: " + e.getMessage(), e);
        }
    }

    private static long expId(Case row) {
        return row.id() - CaseGenerator.FIRST_ID + 200_001;
    }

    private static long automaticId(Case row) {
        return row.id() - CaseGenerator.FIRST_ID + 1;
    }

    private static String text(LocalDateTime time) {
        return TIME.format(time);
    }

    private static String schema() {
        try (@Nullable InputStream in = CaseSystem.class.getResourceAsStream("case-system.sql")) {
            return new String(requireNonNull(in, "case-system.sql").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BrainException("cannot read the schema of the demo's cases: " + e, e);
        }
    }

    private static Connection connect(Path file) throws SQLException {
        SqliteDriver.load();
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
        }
        return connection;
    }

    private static BrainException failed(String what, Path file, SQLException e) {
        return new BrainException("cannot " + what + " the demo's cases in " + file + ": " + e.getMessage(), e);
    }
}
