package dev.brain.postgresql;

import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import dev.brain.plugin.ProviderContext;
import dev.brain.tck.SystemOfRecordContract;
import java.time.Clock;
import java.util.List;
import java.util.Map;

class PostgresSystemOfRecordTest extends SystemOfRecordContract {
    private static final String SCHEMA = "system_of_record";

    @Override
    protected Database newDatabase() {
        TestServer.dropSchema(SCHEMA);
        TestServer.createSchema(SCHEMA);
        return Database.open(new ProviderContext(
                Environment.of(Map.of(Database.URL, TestServer.url(SCHEMA))),
                Clock.systemUTC(),
                List.of(getClass().getClassLoader())));
    }

    /** Before the row is stored. */
    @Override
    protected List<String> triggerThatSetsKindTo(int kind) {
        return List.of(
                "CREATE FUNCTION rekind() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.kind = 1 THEN NEW.kind := "
                        + kind + "; END IF; RETURN NEW; END'",
                "CREATE TRIGGER rekind BEFORE UPDATE ON cases FOR EACH ROW EXECUTE FUNCTION rekind()");
    }

    /** After the row was returned as claimed. */
    @Override
    protected List<String> triggerThatReassignsTo(String owner) {
        return List.of(
                "CREATE FUNCTION reassign() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE cases SET assigned_to = ''"
                        + owner + "'' WHERE case_id = NEW.case_id AND assigned_to <> ''" + owner
                        + "''; RETURN NULL; END'",
                "CREATE TRIGGER reassign AFTER UPDATE ON cases FOR EACH ROW WHEN (NEW.kind = 1)"
                        + " EXECUTE FUNCTION reassign()");
    }
}
