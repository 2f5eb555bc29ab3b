package dev.brain.sqlite;

import dev.brain.jdbc.Database;
import dev.brain.tck.SystemOfRecordContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class SqliteSystemOfRecordTest extends SystemOfRecordContract {
    @TempDir
    Path folder;

    @Override
    protected Database newDatabase() {
        return SqliteFiles.systemOfRecord(folder.resolve("cases.db"));
    }

    @Override
    protected List<String> triggerThatReassignsTo(String owner) {
        return List.of(
                "CREATE TRIGGER reassign AFTER UPDATE OF kind ON cases WHEN NEW.kind = 1 BEGIN UPDATE cases SET assigned_to = '"
                        + owner + "' WHERE case_id = NEW.case_id; END");
    }

    @Override
    protected List<String> triggerThatSetsKindTo(int kind) {
        return List.of(
                "CREATE TRIGGER rekind AFTER UPDATE OF kind ON cases WHEN NEW.kind = 1 BEGIN UPDATE cases SET kind = "
                        + kind + " WHERE case_id = NEW.case_id; END");
    }
}
