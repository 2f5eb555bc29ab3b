package dev.brain.sqlserver;

import dev.brain.jdbc.Database;
import dev.brain.queue.TaskQueue;
import dev.brain.sqlite.SqliteStore;
import dev.brain.tck.ClaimProtocolContract;
import dev.brain.tck.SystemOfRecordContract;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** All that only a real SQL Server can show: at {@code BRAIN_TEST_SQLSERVER_URL}, else in a container. */
@ExtendWith(TestServer.Available.class)
class SqlServerIT {
    private static TestServer server;

    @BeforeAll
    static void openServer() throws SQLException {
        server = TestServer.open();
    }

    @AfterAll
    static void closeServer() throws SQLException {
        server.close();
    }

    @Nested
    class MeetsTheSystemOfRecordsContract extends SystemOfRecordContract {
        @Override
        protected Database newDatabase() {
            return emptied();
        }

        @Override
        protected String schema() {
            return server.prefix();
        }

        @Override
        protected String national() {
            return "N";
        }

        @Override
        protected String textType() {
            return "NVARCHAR(60)";
        }

        @Override
        protected List<String> triggerThatReassignsTo(String owner) {
            return List.of("CREATE TRIGGER " + server.prefix() + "reassign ON " + server.prefix()
                    + "cases AFTER UPDATE AS BEGIN SET NOCOUNT ON; IF TRIGGER_NESTLEVEL() > 1 RETURN; UPDATE c SET assigned_to = N'"
                    + owner + "' FROM " + server.prefix()
                    + "cases AS c JOIN inserted AS i ON i.case_id = c.case_id WHERE i.kind = 1; END");
        }
    }

    @Nested
    class MeetsTheClaimProtocolsContract extends ClaimProtocolContract {
        @TempDir
        Path folder;

        private final Database database = server.database();
        private int worlds;

        @AfterEach
        void close() {
            database.close();
        }

        @Override
        protected World newWorld() {
            clean();
            worlds++;
            Path queue = folder.resolve("queue" + worlds + ".db");
            return new World() {
                @Override
                public TaskQueue openQueue() {
                    // how well a commit lasts is of no matter here, and there are thousands
                    return SqliteStore.builder(queue)
                            .synchronous(SqliteStore.Synchronous.NORMAL)
                            .open();
                }

                @Override
                public Database database() {
                    return database;
                }
            };
        }

        @Override
        protected String schema() {
            return server.prefix();
        }

        @Override
        protected String national() {
            return "N";
        }

        @Override
        protected String textType() {
            return "NVARCHAR(60)";
        }
    }

    private static void clean() {
        try {
            server.clean();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Database emptied() {
        clean();
        return server.database();
    }
}
