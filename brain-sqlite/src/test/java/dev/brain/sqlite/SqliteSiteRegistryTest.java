package dev.brain.sqlite;

import static dev.brain.tck.SiteStoreContract.FULL;
import static dev.brain.tck.SiteStoreContract.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.check.Finding;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.site.SiteStore;
import dev.brain.tck.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteSiteRegistryTest {
    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));
    private SqliteStore store;
    private SiteStore sites;

    @BeforeEach
    void open() {
        store = SqliteStore.builder(file()).clock(clock).open();
        sites = store.sites();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path file() {
        return folder.resolve("queue.db");
    }

    @Test
    void aSiteThatSavesItsSettingsHasThemInTheSeedsColumns() {
        sites.save(Actor.ofProcess(), List.of(FULL), false);
        assertThat(TestDatabase.column(
                        file(),
                        "SELECT query_organisme || '/' || filtro_texp || '/' || regex_expediente || '/' || bot_username || '/'"
                                + " || active || '/' || created_at FROM organismo_config"))
                .containsExactly("%B%/2/\\d+/Núria/0/2026-03-01 08:00:00");
        assertThat(TestDatabase.column(file(), "SELECT settings FROM organismo_config"))
                .containsExactly("{\"profile\":\"intranet\",\"deep\":{\"list\":[1,\"x\",true]}}");
    }

    @Test
    void aSiteThatIsSavedAgainKeepsWhenItWasCreated() {
        sites.save(Actor.ofProcess(), List.of(PLAIN), false);
        clock.advance(Duration.ofHours(1));
        sites.save(Actor.ofProcess(), List.of(PLAIN), false);
        assertThat(TestDatabase.column(
                        file(), "SELECT created_at || updated_at FROM organismo_config WHERE site_id = 'plain'"))
                .containsExactly("2026-03-01 08:00:002026-03-01 09:00:00");
    }

    @Test
    void aCycleIsNotedInTheSeedsColumn() {
        sites.save(Actor.ofProcess(), List.of(PLAIN, FULL), false);
        sites.synced(Set.of("plain"), Instant.parse("2026-03-02T01:02:03.9Z"));
        sites.synced(Set.of(), clock.instant());
        assertThat(TestDatabase.column(
                        file(), "SELECT coalesce(last_sync_at, '-') FROM organismo_config ORDER BY site_id"))
                .containsExactly("-", "2026-03-02 01:02:03");
    }

    @Test
    void aRowOfTheSeedIsASite() {
        TestDatabase.execute(
                file(),
                "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente)"
                        + " VALUES ('seed', '%XALOC%', '2,3', '.+')",
                "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, bot_username, active)"
                        + " VALUES ('nobody', '', '', '.+', ' \u00a0', NULL)");
        Site seed = sites.find("seed").orElseThrow();
        assertThat(seed.claimant()).isEqualTo(new Claimant("BOT_MULTIVIA"));
        assertThat(seed.active()).isTrue();
        assertThat(seed.source()).isEqualTo(Site.DEFAULT_PROVIDER);
        assertThat(seed.payload()).isEqualTo(Site.DEFAULT_PAYLOAD);
        Site nobody = sites.find("nobody").orElseThrow();
        assertThat(nobody.claimant()).isNull();
        assertThat(nobody.active()).isFalse();
        assertThat(nobody.settings().values()).isEmpty();
    }

    @Test
    void aRowThatIsNoSiteHidesNoOtherAndIsTold() {
        sites.save(Actor.ofProcess(), List.of(PLAIN), false);
        TestDatabase.execute(
                file(),
                "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, settings, max_claims)"
                        + " VALUES (' ', 'x', '2', '.+', NULL, 1), ('broken', 'x', '2', '.+', '{not', 1),"
                        + " ('list', 'x', '2', '.+', '[1]', 1), ('never', 'x', '2', '.+', NULL, 0)");
        assertThat(sites.sites()).containsExactly(PLAIN);
        assertThat(sites.check())
                .allMatch(finding -> finding.level() == Finding.Level.ERROR)
                .allMatch(finding -> finding.message().contains(file().toString()))
                .extracting(Finding::subject)
                .containsExactly("row 2", "broken", "list", "never");
        assertThatThrownBy(() -> sites.find("broken"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("settings");
    }

    @Test
    void aRowThatIsNoSiteIsToldOfTheFileItselfNotOfItsCopy() {
        TestDatabase.execute(
                file(),
                "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, max_claims)"
                        + " VALUES ('never', 'x', '2', '.+', 0)");
        try (SqliteStore copy = SqliteStore.builder(file()).snapshot()) {
            assertThat(copy.sites().check())
                    .singleElement()
                    .extracting(Finding::message)
                    .asString()
                    .contains(" in " + file() + " can't be read");
        }
    }
}
