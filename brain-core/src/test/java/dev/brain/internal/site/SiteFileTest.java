package dev.brain.internal.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteFileTest {
    private static final String LIST = """
            {"configs": [
             {"site_id": "xaloc", "query_organisme": "%XALOC%", "filtro_texp": "2,3",
              "regex_expediente": "^\\\\d{4}/\\\\d{6}-MUL$", "url_template": "http://i/{expediente}",
              "bot_username": "BOT_MULTIVIA", "active": true, "notes": "multas de tráfico"},
             {"site_id": "madrid", "query_organisme": "%MADRID%", "filtro_texp": "2,3", "regex_expediente": "^.*$",
              "url_template": null, "active": 0, "id": 7, "created_at": "2026-01-01 00:00:00"}
            ]}
            """;

    @TempDir
    Path folder;

    @Test
    void theListFormIsRead() {
        List<Site> sites = SiteFile.parse(LIST, "sites.json");
        assertThat(sites).extracting(Site::id).containsExactly("xaloc", "madrid");
        Site xaloc = sites.get(0);
        assertThat(xaloc.active()).isTrue();
        assertThat(xaloc.claimant()).isEqualTo(new Claimant("BOT_MULTIVIA"));
        assertThat(xaloc.referencePattern()).isEqualTo("^\\d{4}/\\d{6}-MUL$");
        assertThat(xaloc.urlTemplate()).isEqualTo("http://i/{expediente}");
        assertThat(xaloc.settings().values())
                .isEqualTo(Map.of("query_organisme", "%XALOC%", "filtro_texp", "2,3", "notes", "multas de tráfico"));
        Site madrid = sites.get(1);
        assertThat(madrid.active()).isFalse();
        assertThat(madrid.claimant()).isNull();
        assertThat(madrid.urlTemplate()).isNull();
    }

    @Test
    void theMapFormIsRead() {
        List<Site> sites = SiteFile.parse("""
                {"a": {"site_id": "a", "query_organisme": "%A%", "filtro_texp": "2", "regex_expediente": ".+",
                       "login_url": "http://i/login", "recursos_url": "http://i/r"},
                 "b": {"query_organisme": "%B%", "filtro_texp": "2", "regex_expediente": ".+"}}
                """, "map.json");
        assertThat(sites).extracting(Site::id).containsExactly("a", "b");
        assertThat(sites).allMatch(Site::active);
        assertThat(sites.get(0).settings().text("login_url")).contains("http://i/login");
        assertThat(sites.get(0).settings().text("recursos_url")).contains("http://i/r");
    }

    @Test
    void ourOwnKeysAreRead() {
        Site site = SiteFile.parse("""
                        {"a": {"regex_expediente": ".+", "profile": "intranet", "priority": -2, "max_claims": 5,
                               "source": "s", "claim": "web", "payload": "p", "adopt_orphans": true,
                               "settings": {"retries": 3, "nested": {"x": [1, 2.5, null]}, "gone": null}}}
                        """, "map.json").get(0);
        assertThat(site.priority()).isEqualTo(-2);
        assertThat(site.maxClaims()).isEqualTo(5);
        assertThat(List.of(site.source(), site.claim(), site.payload())).containsExactly("s", "web", "p");
        assertThat(site.adoptOrphans()).isTrue();
        assertThat(site.settings().text("profile")).contains("intranet");
        assertThat(site.settings().integer("retries")).contains(3);
        assertThat(site.settings().values()).doesNotContainKey("gone");
    }

    @Test
    void whatIsWrittenIsReadAsTheSameSites() {
        List<Site> sites = List.of(
                Site.builder("plain")
                        .setting("query_organisme", "%A%|%B%")
                        .setting("filtro_texp", "2,3")
                        .build(),
                Site.builder("full")
                        .active(false)
                        .priority(4)
                        .maxClaims(9)
                        .referencePattern("\\d+ \"x\"")
                        .urlTemplate("http://i/{expediente}?t={token}")
                        .claimant("Núria")
                        .source("other")
                        .claim("web")
                        .payload("madrid")
                        .adoptOrphans(true)
                        .setting("profile", "intranet")
                        .setting("notes", "línea\nlínea")
                        .setting("login_url", "http://i/login")
                        .setting("retries", 3)
                        .setting("flags", Map.of("deep", List.of(true, "x")))
                        .build());
        String text = SiteFile.write(sites);
        assertThat(SiteFile.parse(text, "export")).isEqualTo(sites);
        assertThat(SiteFile.write(SiteFile.parse(text, "export"))).isEqualTo(text);
    }

    @Test
    void everyProblemOfAFileIsToldAtOnce() {
        assertThatThrownBy(() -> SiteFile.parse("""
                        {"configs": [
                          {"site_id": "a", "filtro_texp": " ", "regex_expediente": "(["},
                          {"site_id": "b", "query_organisme": 5, "filtro_texp": "2", "regex_expediente": ".+",
                           "bot_user_name": "x", "active": "yes", "max_claims": 0, "priority": 1.5, "bot_username": " ",
                           "settings": {"notes": "n"}},
                          {"query_organisme": "%A%", "filtro_texp": "2", "regex_expediente": ".+"},
                          {"site_id": "d d", "query_organisme": "%A%", "filtro_texp": "2", "regex_expediente": ".+"},
                          7
                        ]}
                        """, "bad.json"))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .startsWith("bad.json has 13 problems: ")
                .doesNotContain("\n")
                .contains(
                        "site a: query_organisme: it is missing",
                        "site a: filtro_texp: it is blank",
                        "site a: regex_expediente: ",
                        "site b: query_organisme: it must be a text, not the number 5",
                        "site b: bot_user_name: no such key, did you mean 'bot_username'?",
                        "site b: active: it must be true or false, not a text",
                        "site b: max_claims: it must be at least 1",
                        "site b: priority: it must be a whole number, not the number 1.5",
                        "site b: bot_username: it is blank",
                        "site b: settings.notes: it belongs beside",
                        "entry 3 of configs: site_id: it is missing",
                        "site d d: site_id: ",
                        "entry 5 of configs: it must be an object, not the number 7");
    }

    @Test
    void idsThatDifferOrComeTwiceAreTold() {
        String rest = "\"query_organisme\": \"%A%\", \"filtro_texp\": \"2\", \"regex_expediente\": \".+\"}";
        assertThatThrownBy(() -> SiteFile.parse("{\"a\": {\"site_id\": \"b\", " + rest + "}", "f"))
                .hasMessage("f has a problem: site b: site_id: it is 'b' under the key 'a'; make them the same");
        assertThatThrownBy(() -> SiteFile.parse(
                        "{\"configs\": [{\"site_id\": \"a\", " + rest + ", {\"site_id\": \"a\", " + rest + "]}", "f"))
                .hasMessage("f has a problem: site a: site_id: it is there 2 times; keep one");
        assertThatThrownBy(() -> SiteFile.parse("{\"a\": {" + rest + ",\n \"a\": {" + rest + "}", "f"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("'a'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {"{ #broken JSON", "{\"a\": {}} x #broken JSON", "[] #it must be", "5 #it must be", "~~ #it must be"
            })
    void whatIsNoSiteFileIsSaidToBeNone(String text, String message) {
        assertThatThrownBy(() -> SiteFile.parse(text, "f"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void brokenJsonIsToldWithItsPlace() {
        assertThatThrownBy(() -> SiteFile.parse("{\"configs\": [\n  {\"site_id\": \"a\",}\n]}", "f.json"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("f.json: line 2, column 19: broken JSON: ")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void filesAreReadAsUtf8WithOrWithoutAMark() throws IOException {
        Path file = folder.resolve("sites.json");
        Files.writeString(file, "\uFEFF" + LIST);
        assertThat(SiteFile.read(file)).hasSize(2);
        Files.write(file, LIST.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> SiteFile.read(file)).hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> SiteFile.read(folder.resolve("none.json"))).hasMessageContaining("there is no file");
        assertThatThrownBy(() -> SiteFile.read(folder)).isInstanceOf(ConfigurationException.class);
    }
}
