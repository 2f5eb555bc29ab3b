package dev.brain.jdbc;

import dev.brain.tck.SystemOfRecordContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.h2.api.Trigger;
import org.junit.jupiter.api.io.TempDir;

/** The standard dialect on H2, which is found by its URL. */
class H2SystemOfRecordTest extends SystemOfRecordContract {
    @TempDir
    Path folder;

    @Override
    protected Database newDatabase() {
        return Urls.open("jdbc:h2:file:" + folder.resolve("cases") + ";DATABASE_TO_LOWER=TRUE");
    }

    @Override
    protected List<String> triggerThatSetsKindTo(int kind) {
        SettingTrigger.column = 3;
        SettingTrigger.value = kind;
        return List.of(trigger());
    }

    @Override
    protected List<String> triggerThatReassignsTo(String owner) {
        SettingTrigger.column = 5;
        SettingTrigger.value = owner;
        return List.of(trigger());
    }

    private static String trigger() {
        return "CREATE TRIGGER changed BEFORE UPDATE ON cases FOR EACH ROW CALL '" + SettingTrigger.class.getName()
                + "'";
    }

    /** Sets a column of a row that becomes one of kind 1. */
    public static final class SettingTrigger implements Trigger {
        static int column;
        static Object value;

        @Override
        public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
            if (Integer.valueOf(1).equals(after[3])) {
                after[column] = value;
            }
        }
    }
}
