package dev.brain.jdbc;

import dev.brain.tck.SystemOfRecordContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The standard dialect on a MariaDB server; skipped where none is installed. */
class MariaDbSystemOfRecordTest extends SystemOfRecordContract {
    /** A TIMESTAMP has whole seconds only. */
    @Override
    protected String timeType() {
        return "DATETIME(6)";
    }

    @TempDir
    static Path folder;

    private static MariaDbServer server;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(
                MariaDbServer.program("mariadbd").isPresent(), "mariadbd is not installed: apt install mariadb-server");
        server = MariaDbServer.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.stop();
        }
    }

    /** What is in the URL besides the account. */
    protected String options() {
        return "";
    }

    @Override
    protected Database newDatabase() {
        try (Database all = Urls.open(server.url(""))) {
            for (String sql : List.of(
                    "DROP DATABASE IF EXISTS cases_test",
                    "CREATE DATABASE cases_test CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")) {
                new JdbcRunner(all).write("set the test up", session -> session.update(new BoundSql(sql, List.of())));
            }
        }
        return Urls.open(server.url("cases_test") + options());
    }

    /** Not unless a mode of the server says so. */
    @Override
    protected boolean fillsUpFixedTexts() {
        return false;
    }

    @Override
    protected List<String> triggerThatSetsKindTo(int kind) {
        return List.of("CREATE TRIGGER rekind BEFORE UPDATE ON cases FOR EACH ROW" + " SET NEW.kind = IF(NEW.kind = 1, "
                + kind + ", NEW.kind)");
    }

    @Override
    protected List<String> triggerThatReassignsTo(String owner) {
        return List.of("CREATE TRIGGER reassign BEFORE UPDATE ON cases FOR EACH ROW"
                + " SET NEW.assigned_to = IF(NEW.kind = 1, '" + owner + "', NEW.assigned_to)");
    }
}
