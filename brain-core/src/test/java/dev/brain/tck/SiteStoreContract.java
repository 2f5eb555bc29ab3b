package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.site.Site;
import dev.brain.site.SiteStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link SiteStore} promises. */
public abstract class SiteStoreContract {
    /** A site with defaults wherever there are any. */
    public static final Site PLAIN = Site.builder("plain")
            .setting("query_organisme", "%A%")
            .setting("filtro_texp", "2,3")
            .build();
    /** A site without any default. */
    public static final Site FULL = Site.builder("full")
            .active(false)
            .priority(4)
            .maxClaims(9)
            .referencePattern("\\d+")
            .urlTemplate("http://i/{expediente}")
            .claimant("Núria")
            .source("other")
            .claim("web")
            .payload("madrid")
            .adoptOrphans(true)
            .setting("query_organisme", "%B%")
            .setting("filtro_texp", "2")
            .setting("login_url", "http://i/login")
            .setting("recursos_url", "http://i/r")
            .setting("notes", "n")
            .setting("profile", "intranet")
            .setting("deep", Map.of("list", List.of(1, "x", true)))
            .build();

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));
    private SiteStore sites;

    /** Opens a registry; within one test always on the same storage, which is empty at its start. */
    protected abstract SiteStore open(Clock clock);

    @BeforeEach
    void openSites() {
        sites = open(clock);
    }

    @Test
    void whatIsSavedIsReadAgainInTheOrderOfIds() {
        assertThat(sites.sites()).isEmpty();
        sites.save(Actor.ofProcess(), List.of(PLAIN, FULL), false);
        assertThat(sites.sites()).containsExactly(FULL, PLAIN);
        assertThat(sites.find("full")).contains(FULL);
        assertThat(sites.find("none")).isEmpty();
        assertThat(sites.check()).isEmpty();
    }

    @Test
    void savingIsAllOrNothing() {
        Site odd = PLAIN.toBuilder().setting("notes", List.of("no text")).build();
        assertThatThrownBy(() -> sites.save(Actor.ofProcess(), List.of(FULL, odd), false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("plain")
                .hasMessageContaining("notes");
        assertThat(sites.sites()).isEmpty();
    }

    @Test
    void aSiteIsEnabledAndDisabled() {
        sites.save(Actor.ofProcess(), List.of(FULL), false);
        assertThat(sites.setActive(Actor.ofProcess(), "full", true)).isTrue();
        assertThat(sites.find("full").orElseThrow().active()).isTrue();
        assertThat(sites.setActive(Actor.ofProcess(), "none", true)).isFalse();
    }

    @Test
    void aSiteThatIsSavedAgainKeepsWhetherItIsActive() {
        sites.save(Actor.ofProcess(), List.of(PLAIN, FULL), false);
        Site changed = PLAIN.toBuilder()
                .active(false)
                .referencePattern("x")
                .priority(2)
                .build();
        sites.save(Actor.ofProcess(), List.of(changed), false);
        assertThat(sites.find("plain"))
                .contains(changed.toBuilder().active(true).build());
        assertThat(sites.find("full")).as("others stay").contains(FULL);
        sites.save(Actor.ofProcess(), List.of(changed), true);
        assertThat(sites.find("plain")).contains(changed);
    }

    @Test
    void aSiteIsChangedOnlyIfItIsAsBefore() {
        sites.save(Actor.ofProcess(), List.of(PLAIN, FULL), false);
        Site changed = FULL.toBuilder().maxClaims(12).setting("notes", null).build();
        assertThat(sites.change(Actor.ofProcess(), FULL, changed, "max_claims: 9 → 12"))
                .isTrue();
        assertThat(sites.sites()).containsExactly(changed, PLAIN);
        assertThat(sites.change(
                        Actor.ofProcess(), FULL, FULL.toBuilder().priority(1).build(), "priority"))
                .isFalse();
        Site unknown = Site.builder("unknown").build();
        assertThat(sites.change(Actor.ofProcess(), unknown, unknown, "nothing")).isFalse();
        assertThat(sites.sites()).containsExactly(changed, PLAIN);
    }

    @Test
    void notingACycleChangesNoSite() {
        sites.save(Actor.ofProcess(), List.of(PLAIN, FULL), false);
        sites.synced(Set.of("plain", "none"), clock.instant());
        sites.synced(Set.of(), clock.instant());
        assertThat(sites.sites()).containsExactly(FULL, PLAIN);
    }

    @Test
    void whatIsSavedIsThereWhenTheStoreIsOpenedAgain() {
        sites.save(Actor.ofProcess(), List.of(PLAIN, FULL), false);
        assertThat(open(clock).sites()).containsExactly(FULL, PLAIN);
    }
}
