package dev.brain.bench.cycle;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.sqlite.SqliteDatabaseProvider;
import dev.brain.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A cycle over many sites that have nothing to do, and its page queries alone. */
final class IdleCycle {
    private IdleCycle() {}

    /** Returns how many times as long as its page queries a cycle takes. */
    static double ratio(Path cases, Path queue, int sites, int rounds) throws SQLException {
        CaseFile.create(cases, 0);
        BrainBuilder builder = Brain.builder().share(Profile.class, CaseFile.PROFILE);
        for (int i = 0; i < sites; i++) {
            builder.site(CaseFile.site("s" + i));
        }
        long ofBrain = Long.MAX_VALUE;
        long ofQueries = Long.MAX_VALUE;
        try (SqliteStore store = SqliteStore.open(queue);
                Database database = SqliteDatabaseProvider.database(cases);
                Brain brain =
                        builder.queue(store).share(Database.class, database).build();
                Connection connection = CaseFile.connect(cases)) {
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                if (brain.runCycle().errorCount() > 0) {
                    throw new IllegalStateException("the idle cycle has errors");
                }
                long middle = System.nanoTime();
                queries(connection, sites);
                long end = System.nanoTime();
                ofBrain = Math.min(ofBrain, middle - start);
                ofQueries = Math.min(ofQueries, end - middle);
            }
        }
        return (double) ofBrain / ofQueries;
    }

    /** Reads the candidates of each site, each by a statement that is prepared anew. */
    private static void queries(Connection connection, int sites) throws SQLException {
        for (int i = 0; i < sites; i++) {
            try (PreparedStatement page = connection.prepareStatement(HandWrittenCycle.CANDIDATES)) {
                page.setLong(1, 0);
                page.setInt(2, HandWrittenCycle.PAGE);
                drain(page);
            }
        }
    }

    private static void drain(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                rows.getObject(1);
            }
        }
    }
}
