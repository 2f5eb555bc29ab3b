package dev.brain.micrometer;

import dev.brain.Brain;
import dev.brain.cycle.BrainListener;
import dev.brain.site.Site;
import dev.brain.sqlite.SqliteStore;
import dev.brain.work.TaskHandler;
import dev.brain.work.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.sqlite.SQLiteDataSource;

/** A file with cases of the site {@code fines}, and a queue. */
final class World implements AutoCloseable {
    static final String SITE = "fines";

    private static final String PROFILE = """
            {"name": "cases", "table": "cases", "id": "id", "reference": "reference", "columns": ["state"],
             "deadline": "deadline", "free": "state = 0", "owner": "owner",
             "claim": {"state": 1, "owner": ":claimant"}, "payload": {"number": {"value": "id"}}}""";

    final SqliteStore store;
    private final Path profile;
    private final String url;

    /** @param numbers the numbers of the cases, of which those above 100 have a reference that does not match */
    World(Path folder, int... numbers) throws IOException, SQLException {
        profile = Files.writeString(folder.resolve("cases.json"), PROFILE);
        url = "jdbc:sqlite:" + folder.resolve("cases.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, reference TEXT, state INTEGER, owner TEXT,"
                    + " deadline TEXT)");
            for (int number : numbers) {
                String reference = number > 100 ? "unreadable" : "C-" + number;
                statement.execute("INSERT INTO cases VALUES (" + number + ", '" + reference
                        + "', 0, NULL, '2999-01-01 12:00:00')");
            }
        }
        store = SqliteStore.open(folder.resolve("queue.db"));
    }

    /** Runs a cycle. */
    void claim(BrainListener listener, boolean dry) {
        SQLiteDataSource cases = new SQLiteDataSource();
        cases.setUrl(url);
        try (Brain brain = Brain.builder()
                .queue(store)
                .database(url, cases)
                .profile(profile)
                .site(Site.builder(SITE)
                        .referencePattern("C-\\d+")
                        .claimant("BOT")
                        .setting("profile", "cases")
                        .build())
                .listener(listener)
                .build()) {
            if (dry) {
                brain.dryRun();
            } else {
                brain.runCycle();
            }
        }
    }

    /** Works off what is ready. */
    void work(BrainListener listener, TaskHandler handler) throws InterruptedException {
        Worker.builder()
                .queue(store)
                .enabledSites(Set.of(SITE))
                .handler(SITE, handler)
                .listener(listener)
                .build()
                .drain();
    }

    @Override
    public void close() {
        store.close();
    }
}
