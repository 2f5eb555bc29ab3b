package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that other programs made in another way: refused before anything is written, or worked with. */
class TableShapeTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private void assertRefused(String... told) throws IOException {
        byte[] before = Files.readAllBytes(file());
        for (Runnable opening : List.<Runnable>of(
                () -> SqliteStore.open(file()).close(),
                () -> SqliteStore.builder(file()).snapshot().close())) {
            assertThatThrownBy(opening::run)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContainingAll(told)
                    .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("\n"));
        }
        assertThat(Files.readAllBytes(file())).as("not a byte").isEqualTo(before);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id INTEGER PRIMARY KEY AUTOINCREMENT | id INT PRIMARY KEY | column id (INT) is not INTEGER PRIMARY KEY",
                "id INTEGER PRIMARY KEY AUTOINCREMENT | id INTEGER PRIMARY KEY DESC | column id (INTEGER) is not INTEGER",
                "id INTEGER PRIMARY KEY AUTOINCREMENT | id INTEGER UNIQUE | column id (INTEGER) is not INTEGER",
                "id INTEGER PRIMARY KEY AUTOINCREMENT | id INTEGER PRIMARY KEY | not AUTOINCREMENT",
                "protocol TEXT, | protocol TEXT, office TEXT NOT NULL, | column office is NOT NULL without a default",
                "protocol TEXT, | protocol TEXT, office TEXT NOT NULL DEFAULT NULL, | column office is NOT NULL",
                "error_log TEXT, | error_log TEXT NOT NULL DEFAULT '', | column error_log is NOT NULL",
                "attempts INTEGER DEFAULT 0 | attempts INTEGER NOT NULL | column attempts is NOT NULL",
                "status TEXT DEFAULT 'pending' | status TEXT CHECK (status <> 'claiming') | CHECK constraint",
                "protocol TEXT, | protocol TEXT UNIQUE, | UNIQUE by protocol",
                "protocol TEXT, | protocol TEXT GENERATED ALWAYS AS ('P1'), | column protocol is generated",
                "protocol TEXT, | protocol TEXT, resource_id INTEGER, | column resource_id is of type INTEGER"
            })
    void aQueueOfAnotherShapeIsRefusedWithWhatIsWrong(String seed, String other, String told) throws IOException {
        String table = Seed.OLD_QUEUE.replace(seed, other);
        assertThat(table).isNotEqualTo(Seed.OLD_QUEUE);
        TestDatabase.execute(file(), table);

        assertRefused("tramite_queue", told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TRIGGER audit AFTER INSERT ON tramite_queue BEGIN SELECT 1; END | the trigger audit",
                "CREATE UNIQUE INDEX mine ON tramite_queue (site_id, protocol) | UNIQUE by site_id, protocol",
            })
    void whatOthersPutOnAQueueIsRefused(String statement, String told) throws IOException {
        TestDatabase.execute(file(), Seed.QUEUE, statement);

        assertRefused("tramite_queue", told);
    }

    @Test
    void aViewIsNoQueue() throws IOException {
        TestDatabase.execute(
                file(),
                Seed.QUEUE.replace("tramite_queue", "cases"),
                "CREATE VIEW tramite_queue AS SELECT * FROM cases");

        assertRefused("it is a view");
    }

    @Test
    void aTableWithoutRowNumbersIsNoQueue() throws IOException {
        TestDatabase.execute(
                file(),
                Seed.QUEUE.replace("id INTEGER PRIMARY KEY AUTOINCREMENT", "id INTEGER PRIMARY KEY")
                        + " WITHOUT ROWID");

        assertRefused("WITHOUT ROWID", "column id");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() throws IOException {
        TestDatabase.execute(
                file(),
                Seed.QUEUE.replace("id INTEGER PRIMARY KEY AUTOINCREMENT", "id INT PRIMARY KEY"),
                "CREATE TRIGGER audit AFTER INSERT ON tramite_queue BEGIN SELECT 1; END");

        assertRefused("column id (INT)", "the trigger audit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "site_id TEXT NOT NULL UNIQUE | site_id TEXT NOT NULL | site_id is not UNIQUE",
                "id INTEGER PRIMARY KEY AUTOINCREMENT | id INT PRIMARY KEY | column id (INT)",
                "url_template TEXT, | url_template TEXT, office TEXT NOT NULL, | column office is NOT NULL",
                "url_template TEXT, | url_template TEXT NOT NULL, | column url_template is NOT NULL"
            })
    void sitesOfAnotherShapeAreRefusedWithWhatIsWrong(String seed, String other, String told) throws IOException {
        TestDatabase.execute(file(), Seed.QUEUE, Seed.SITES.replace(seed, other));

        assertRefused("organismo_config", told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- CHECK this\n office TEXT,",
                "office TEXT NOT NULL DEFAULT 'CHECK',",
                "\"check\" INTEGER,",
                "resource_id VARCHAR(40),",
                "length INTEGER AS (length(payload)),"
            })
    void whatDoesNoHarmIsWorkedWith(String column) {
        TestDatabase.execute(
                file(),
                Seed.OLD_QUEUE.replace("protocol TEXT,", "protocol TEXT, " + column),
                Seed.SITES,
                "CREATE INDEX mine ON tramite_queue (status)",
                "CREATE TRIGGER stamp AFTER UPDATE ON organismo_config BEGIN SELECT 1; END");
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.queue().reserve(Drafts.of(1))).hasSize(1);
            store.sites()
                    .save(
                            Actor.ofProcess(),
                            List.of(Site.builder("madrid")
                                    .referencePattern(".+")
                                    .build()),
                            false);
            assertThat(store.operations().find(1).orElseThrow().resourceId()).isEqualTo(ResourceId.of(1));
        }
        SqliteStore.open(file()).close();
    }
}
