package dev.brain.sqlite;

import dev.brain.Brain;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.SiteReport;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A system of record with many cases; as a program it takes them all through one cycle. */
final class ManyCases {
    static final Profile PROFILE = Profile.parse("""
            {"name": "many", "table": "cases", "id": "id", "reference": "reference",
             "columns": ["id", "reference", "body", "state"], "free": "state = 0", "owner": "owner", "ours": "state = 1",
             "claim": {"state": 1, "owner": ":claimant"},
             "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}}
            """, "the test's profile");

    static final Site SITE = Site.builder("many")
            .referencePattern("\\d{4}/\\d+")
            .claimant("ROBOT")
            .build();

    private ManyCases() {}

    /** Makes a file with cases of which one in so many has a valid reference. */
    static void create(Path file, int cases, int oneIn) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE cases (id INTEGER PRIMARY KEY, reference TEXT, body TEXT, state INTEGER, owner TEXT)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + cases + ")"
                    + " INSERT INTO cases SELECT i, CASE WHEN i % " + oneIn
                    + " = 0 THEN '2026/' || i ELSE 'see note ' || i END, 'CITY FINES', 0, NULL FROM n");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Database database = SqliteDatabaseProvider.database(folder.resolve("cases.db"));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Database.class, database)
                        .share(Profile.class, PROFILE)
                        .site(SITE.toBuilder()
                                .setting("approval", arguments.length > 2 && Boolean.parseBoolean(arguments[2]))
                                .build())
                        .maxClaims(Integer.MAX_VALUE)
                        .pageSize(1000)
                        .batchSize(Integer.parseInt(arguments[1]))
                        .readBackDelays(List.of())
                        .listener(ManyCases::awaitPermission)
                        .build()) {
            System.out.println("running");
            SiteReport report = brain.runCycle().sites().get(0);
            System.out.println("candidates " + report.candidates() + ", rejected " + report.rejected() + ", enqueued "
                    + report.enqueued() + ", errors " + report.errors());
        }
    }

    /** After each batch a byte is waited for, until there will be no more of them. */
    private static void awaitPermission(BrainEvent event) {
        if (event instanceof BrainEvent.SiteProgressed) {
            try {
                if (System.in.read() >= 0) {
                    System.out.println("a batch");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
