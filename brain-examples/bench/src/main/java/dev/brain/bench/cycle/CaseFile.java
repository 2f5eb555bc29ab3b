package dev.brain.bench.cycle;

import dev.brain.jdbc.Profile;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.JDBC;

/** A system of record with free cases, in a SQLite file. */
final class CaseFile {
    static final String CLAIMANT = "BENCH";
    static final String SITE_ID = "bench";

    /** Like the table of the first user: nine columns are read, five become the payload. */
    static final Profile PROFILE = Profile.parse("""
            {"name": "bench", "table": "cases", "id": "id", "reference": "reference",
             "columns": ["id", "file", "reference", "body", "kind", "state", "client", "subject", "phase"],
             "parameters": {"body": {"setting": "body", "split": "|"},
                            "kinds": {"setting": "kinds", "split": ",", "type": "integer"}},
             "scope": "body LIKE :body", "free": "state = 0 AND kind IN (:kinds)",
             "owner": "owner", "ours": "kind = 1", "claim": {"kind": 1, "owner": ":claimant"},
             "payload": {"id": {"value": "id"}, "reference": {"value": "reference"}, "client": {"column": "client"},
                         "subject": {"column": "subject"}, "phase": {"column": "phase"}}}
            """, "the benchmark's profile");

    private CaseFile() {}

    static Site site(String id) {
        return Site.builder(id)
                .referencePattern("\\d{4}/\\d+")
                .claimant(CLAIMANT)
                .setting("body", "%FINES%")
                .setting("kinds", "2,3")
                .build();
    }

    static Connection connect(Path file) throws SQLException {
        return JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
    }

    static void create(Path file, int cases) throws SQLException {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, file INTEGER, reference TEXT, body TEXT,"
                    + " kind INTEGER, state INTEGER, client INTEGER, subject TEXT, phase TEXT, owner TEXT)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + cases
                    + ") INSERT INTO cases SELECT i, i, '2026/' || i, 'CITY FINES', 2, 0, i % 97, 'Subject of ' || i,"
                    + " 'APPEAL', NULL FROM n WHERE " + cases + " > 0");
        }
    }
}
