package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageReaderTest {
    private static PageSettings read(String json, Map<String, Object> site) {
        return new PageReader("the page file x", new Settings(site)).read(json);
    }

    private static PageSettings read(String part, String other) {
        assertThat(FakeOffice.PAGES).contains(part);
        return read(FakeOffice.PAGES.replace(part, other), Map.of("base", "https://host/app/"));
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        PageSettings settings = read("", "");

        assertThat(settings.base()).isEqualTo("https://host/app");
        assertThat(settings.expired()).isEqualTo(new PageSettings.Expired("/login", java.util.List.of(401, 419), null));
        assertThat(settings.tls()).isEqualTo(new PageSettings.Tls(null, true));
        assertThat(settings.basic()).isNull();
        assertThat(settings.dismiss()).isEmpty();
        assertThat(settings.login().steps())
                .extracting(PageSettings.Step::key)
                .containsExactly("login.account", "login.password", "login.button");
    }

    @Test
    void anAccountInTheAddressIsTakenOutOfIt() {
        PageSettings settings = read(FakeOffice.PAGES, Map.of("base", "http://gate:p%40ss+1@host:8080/app"));

        assertThat(settings.base()).isEqualTo("http://host:8080/app");
        assertThat(settings.basic()).isEqualTo(new PageSettings.Basic("gate", "p@ss+1", false));
        assertThat(settings.toString()).doesNotContain("p@ss").doesNotContain("p%40ss");
    }

    @Test
    void aSiteNamesItsOwnAuthorityAndGate() {
        PageSettings settings = read(
                FakeOffice.PAGES,
                Map.of(
                        "base",
                        "https://host",
                        "tls",
                        Map.of("authority", "office.pem"),
                        "basic",
                        Map.of("name", "GATE_NAME", "password", "GATE_PASSWORD")));

        assertThat(settings.tls()).isEqualTo(new PageSettings.Tls("office.pem", true));
        assertThat(settings.basic()).isEqualTo(new PageSettings.Basic("GATE_NAME", "GATE_PASSWORD", true));
    }

    @Test
    void expiredIsAPlaceToo() {
        assertThat(read("\"user\":", "\"expired\": {\"text\": \"Your session has ended\"}, \"user\":")
                        .expired()
                        .locator())
                .isEqualTo(new ElementLocator(ElementLocator.By.TEXT, "Your session has ended", null, false));
    }

    @Test
    void framesMayBeWithinFrames() {
        ElementLocator row = read(
                        "{\"css\": \"#cases tbody tr\"}",
                        "{\"css\": \"tr\", \"frame\": {\"css\": \"#inner\", \"frame\": {\"css\": \"#outer\"}}}")
                .claim()
                .row();

        assertThat(row.isSelector()).isFalse();
        assertThat(row)
                .hasToString("{\"css\": \"tr\", \"frame\": {\"css\": \"#inner\", \"frame\": {\"css\": \"#outer\"}}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"in\": \"row\"}; \"in\": \"row\", \"optional\": true}; ends with an optional step",
                "\"click\": {\"role\": \"button\", \"name\": \"Assign to me\"}; \"fill\": {\"css\": \"#why\"};"
                        + " must have both \"fill\" and \"with\"",
                "\"in\": \"row\"}; \"in\": \"row\", \"with\": \"x\"}; must have both \"fill\" and \"with\"",
                "\"in\": \"row\"}; \"in\": \"row\", \"shows\": \"{reference}\"}; shows is a text of its box",
                "\"user\":; \"tls\": {\"authority\": \"a.pem\", \"verify\": false}, \"user\":; not both",
                "\"user\":; \"basic\": {\"name\": \"A\"}, \"user\":; basic.password is missing",
                "\"user\":; \"dismiss\": [{\"name\": \"A\"}], \"user\":; dismiss[0] must have one of role",
                "\"account\": {; \"steps\": [], \"account\": {; login.account is unknown",
                "\"address\": \"/home\"; \"address\": \"http://a:secret@host/home\"; user.address contains an account",
                "{\"css\": \"td.ref\"}; {\"css\": \"td.ref\", \"frames\": 1}; claim.number.frames is unknown"
            })
    void aFaultIsNamed(String part, String other, String message) {
        assertThatThrownBy(() -> read(part, other))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the page file x")
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"method", "way"})
    void theMethodFormTakesNoFrame(String key) {
        assertThatThrownBy(() -> read(
                        FakeOffice.PAGES
                                .replace("{\"css\": \"td.ref\"}", "{\"css\": \"td.ref\", \"frame\": {\"css\": \"#f\"}}")
                                .replace("\"answer\":", "\"form\": {\"css\": \"form\"}, \"answer\":"),
                        Map.of("base", "http://host", key, "form")))
                .hasMessageContaining("without a frame");
    }
}
