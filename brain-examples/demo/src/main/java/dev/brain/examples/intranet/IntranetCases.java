package dev.brain.examples.intranet;

import dev.brain.error.BrainException;
import dev.brain.sqlite.SqliteDriver;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the intranet reads and writes in the demo's system of record. Thread-safe: one at a time. */
final class IntranetCases implements AutoCloseable {
    static final int PAGE = 50;

    private final Connection connection;

    IntranetCases(Path file) {
        try {
            SqliteDriver.load();
            connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 5000");
                statement.execute("PRAGMA synchronous = NORMAL");
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    record Row(
            long id,
            String reference,
            String body,
            String subject,
            String phase,
            String created,
            int state,
            @Nullable String owner) {}

    /** Returns the cases whose body and reference contain these texts. */
    synchronized List<Row> list(String body, String reference, int state) {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT idRecurso, Expedient, Organisme, SujetoRecurso, FaseProcedimiento, FAlta, Estado, UsuarioAsignado
                FROM RecursosExp
                WHERE Estado = ? AND TExp IN (2, 3) AND Organisme LIKE ? AND coalesce(Expedient, '') LIKE ?
                ORDER BY idRecurso LIMIT ?
                """)) {
            statement.setInt(1, state);
            statement.setString(2, "%" + body + "%");
            statement.setString(3, "%" + reference + "%");
            statement.setInt(4, PAGE);
            List<Row> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(new Row(
                            result.getLong(1),
                            text(result.getString(2)),
                            text(result.getString(3)),
                            text(result.getString(4)),
                            text(result.getString(5)),
                            text(result.getString(6)),
                            result.getInt(7),
                            result.getString(8)));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    synchronized long count(int state, @Nullable String owner) {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT count(*) FROM RecursosExp WHERE Estado = ? AND TExp IN (2, 3) AND (? IS NULL OR trim(UsuarioAsignado) = ?)")) {
            statement.setInt(1, state);
            statement.setString(2, owner);
            statement.setString(3, owner);
            try (ResultSet result = statement.executeQuery()) {
                return result.getLong(1);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Assigns a case if it is free. */
    synchronized boolean assign(long id, String user) {
        return update(
                "UPDATE RecursosExp SET Estado = 1, UsuarioAsignado = ? WHERE Estado = 0 AND idRecurso = ?", user, id);
    }

    /** Releases a case that the user holds. */
    synchronized boolean giveBack(long id, String user) {
        return update(
                "UPDATE RecursosExp SET Estado = 0, UsuarioAsignado = NULL"
                        + " WHERE Estado = 1 AND trim(UsuarioAsignado) = ? AND idRecurso = ?",
                user,
                id);
    }

    synchronized boolean complete(long id, String user) {
        return update(
                "UPDATE RecursosExp SET Estado = 2, FUsuarioCompletado = datetime('now')"
                        + " WHERE Estado = 1 AND trim(UsuarioAsignado) = ? AND idRecurso = ?",
                user,
                id);
    }

    private boolean update(String sql, String user, long id) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, user);
            statement.setLong(2, id);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static BrainException failed(SQLException e) {
        return new BrainException("the demo intranet can't use its cases: " + e.getMessage(), e);
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
