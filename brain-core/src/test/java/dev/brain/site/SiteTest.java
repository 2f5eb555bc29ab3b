package dev.brain.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {
    @Test
    void aSiteThatSaysNothingIsActiveAndServedBySql() {
        Site site = Site.builder("madrid").build();

        assertThat(site.active()).isTrue();
        assertThat(site.source()).isEqualTo("sql");
        assertThat(site.claim()).isEqualTo("sql");
        assertThat(site.payload()).isEqualTo("mapping");
        assertThat(site.maxClaims()).isNull();
        assertThat(site.urlTemplate()).isNull();
        assertThat(site.claimant()).isNull();
        assertThat(site.adoptOrphans()).isFalse();
        assertThat(site.settings().values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "../etc", "_x", "-x", ".x", "a/b", "a:b", "ñ", "a\n"})
    void anIdThatIsNoPlainNameIsRefused(String id) {
        assertThatThrownBy(() -> Site.builder(id).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'" + id + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xaloc_girona", "1", "A.b-c_2"})
    void plainNamesAreIds(String id) {
        assertThat(Site.builder(id).build().id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void aSiteThatMayClaimNothingIsRefused(int maxClaims) {
        assertThatThrownBy(() -> Site.builder("madrid").maxClaims(maxClaims).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("site madrid: maxClaims must be at least 1, not " + maxClaims);
    }

    @Test
    void aBrokenPatternIsTheSitesOwnProblemLater() {
        assertThat(Site.builder("madrid").referencePattern("(").build().referencePattern())
                .isEqualTo("(");
    }

    @Test
    void aCopyThroughTheBuilderIsEqual() {
        Site site = Site.builder("madrid")
                .active(false)
                .priority(3)
                .maxClaims(7)
                .referencePattern("\\d+")
                .urlTemplate("https://example.org/{expediente}")
                .claimant("BOT")
                .source("a")
                .claim("b")
                .payload("c")
                .adoptOrphans(true)
                .setting("x", 1)
                .build();

        assertThat(site.toBuilder().build()).isEqualTo(site);
        assertThat(site.toBuilder().setting("y", 2).build().settings().values()).containsOnlyKeys("x", "y");
        assertThat(site.settings().values()).containsOnlyKeys("x");
    }

    @Test
    void aFixedRegistryKeepsItsSites() {
        List<Site> sites = new ArrayList<>(List.of(Site.builder("a").build()));
        SiteRegistry registry = SiteRegistry.of(sites);
        sites.clear();

        assertThat(registry.sites()).extracting(Site::id).containsExactly("a");
    }
}
