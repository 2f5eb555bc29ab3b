package dev.brain.sqlserver;

import dev.brain.check.Finding;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.Dialect.Fault;
import dev.brain.jdbc.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The catalogue of a server as a check reads it, with the findings of the check. Only reads. */
final class Catalogue {
    private final Session session;
    private final Dialect dialect;
    private final List<Finding> findings = new ArrayList<>();

    Catalogue(Session session, Dialect dialect) {
        this.session = session;
        this.dialect = dialect;
    }

    interface Look {
        void look() throws SQLException;
    }

    /** Runs a check. If it fails, that becomes a finding and other checks go on, unless the connection broke. */
    void look(String subject, Look look) throws SQLException {
        try {
            look.look();
        } catch (SQLException e) {
            if (dialect.classify(e) == Fault.CONNECTION) {
                throw e;
            }
            add(Finding.warning(
                    subject,
                    "couldn't be looked at: " + dialect.describe(e)
                            + dialect.advice(e).map(advice -> "; " + advice).orElse("")));
        }
    }

    void add(Finding finding) {
        findings.add(finding);
    }

    List<Finding> findings() {
        return findings;
    }

    List<Map<String, @Nullable Object>> rows(String sql, Object... values) throws SQLException {
        return session.query(new BoundSql(sql, List.of(values)));
    }

    static String text(Map<String, @Nullable Object> row, String column) {
        return String.valueOf(row.get(column));
    }

    static long number(Map<String, @Nullable Object> row, String column) {
        Object value = row.get(column);
        return value instanceof Number number ? number.longValue() : Boolean.TRUE.equals(value) ? 1 : 0;
    }
}
