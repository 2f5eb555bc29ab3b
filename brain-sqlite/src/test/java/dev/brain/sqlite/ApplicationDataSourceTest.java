package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that hands over its own connections and files, without a type that is for Brain's own modules. */
class ApplicationDataSourceTest {
    @TempDir
    private Path folder;

    private BrainBuilder builder() throws IOException {
        Path profile = folder.resolve("many.json");
        Files.writeString(profile, """
                {"name": "many", "table": "cases", "id": "id", "reference": "reference",
                 "columns": ["id", "reference"], "free": "state = 0", "owner": "owner", "ours": "state = 1",
                 "claim": {"state": 1, "owner": ":claimant"}, "payload": {"idRecurso": {"value": "id"}}}
                """);
        return Brain.builder().site(ManyCases.SITE).profile(profile).readBackDelays(List.of());
    }

    @Test
    void theUrlSelectsTheDialectOfTheConnections() throws IOException, SQLException {
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, 10, 1);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                SqliteDataSource connections = new SqliteDataSource(cases);
                Brain brain = builder()
                        .queue(store)
                        .database("jdbc:sqlite:" + cases, connections)
                        .build()) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(10);
        }
    }
}
