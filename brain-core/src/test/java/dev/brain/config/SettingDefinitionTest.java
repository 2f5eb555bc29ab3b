package dev.brain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingDefinitionTest {
    private static Settings given(Object value) {
        return new Settings(Map.of("x", value));
    }

    private static void assertWrong(SettingDefinition<?> definition, Object value, String expected) {
        assertThatThrownBy(() -> definition.find(given(value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the setting 'x' must be " + expected + ", not '" + value + "'");
        assertThat(definition.problem(given(value))).isPresent();
    }

    @Test
    void valuesHaveTheirTypes() {
        assertThat(SettingDefinition.text("x", "").get(given(" a "))).isEqualTo("a");
        assertThat(SettingDefinition.text("x", "").get(given(5))).isEqualTo("5");
        assertThat(SettingDefinition.number("x", 1, 3, "").get(given("3"))).isEqualTo(3);
        assertThat(SettingDefinition.seconds("x", "").get(given(90))).isEqualTo(Duration.ofSeconds(90));
        assertThat(SettingDefinition.minutes("x", "").get(given(2))).isEqualTo(Duration.ofMinutes(2));
        assertThat(SettingDefinition.hours("x", "").get(given(0))).isEqualTo(Duration.ZERO);
        assertThat(SettingDefinition.flag("x", "").get(given(1))).isTrue();
        assertThat(SettingDefinition.flag("x", "").get(given(false))).isFalse();
        assertThat(SettingDefinition.choice("x", List.of("ui", "form"), "").get(given("form")))
                .isEqualTo("form");
        assertThat(SettingDefinition.object("x", List.of(), "")
                        .get(given(Map.of("y", 1)))
                        .integer("y"))
                .contains(1);
        assertThat(SettingDefinition.any("x", "").get(given(List.of(1)))).isEqualTo(List.of(1));
        assertThat(SettingDefinition.parsed("x", "short", text -> Optional.of(text.length()), "")
                        .get(given("abc")))
                .isEqualTo(3);
    }

    @Test
    void otherValuesAreRefusedWithWhatTheyMustBe() {
        assertWrong(SettingDefinition.text("x", ""), List.of("a"), "a text");
        assertWrong(SettingDefinition.number("x", 1, ""), 0, "a whole number of at least 1");
        assertWrong(SettingDefinition.number("x", 1, 3, ""), 4, "a whole number from 1 to 3");
        assertWrong(SettingDefinition.number("x", 1, ""), "many", "a whole number of at least 1");
        assertWrong(SettingDefinition.seconds("x", ""), -1, "a whole number of seconds");
        assertWrong(SettingDefinition.flag("x", ""), "yes", "true or false");
        assertWrong(SettingDefinition.choice("x", List.of("ui", "form"), ""), "tap", "\"ui\" or \"form\"");
        assertWrong(
                SettingDefinition.object("x", List.of(SettingDefinition.flag("trace", "")), ""),
                1,
                "an object of trace");
        assertWrong(SettingDefinition.parsed("x", "short", text -> Optional.empty(), ""), "long", "short");
    }

    @Test
    void anAbsentValueIsTheDefaultOrMissing() {
        SettingDefinition<Duration> pause =
                SettingDefinition.seconds("x", "a pause").withDefault(Duration.ofMinutes(5));
        assertThat(pause.get(Settings.none())).isEqualTo(Duration.ofMinutes(5));
        assertThat(pause.defaultText()).isEqualTo("300");
        assertThat(pause.find(given(" "))).isEmpty();
        assertThat(pause.problem(Settings.none())).isEmpty();

        SettingDefinition<String> required =
                SettingDefinition.text("x", "the name of a file").required();
        assertThat(required.problem(Settings.none())).contains("the setting 'x' is missing: the name of a file");
        assertThatThrownBy(() -> required.get(Settings.none())).isInstanceOf(ConfigurationException.class);
        assertThat(required.problem(given("a"))).isEmpty();
    }

    @Test
    void anUnknownKeyWithinASettingIsRefusedWithTheNearestName() {
        List<SettingDefinition<?>> known =
                List.of(SettingDefinition.flag("trace", ""), SettingDefinition.text("base", ""));
        SettingDefinition.requireKnown("web", new Settings(Map.of("trace", true)), known);
        assertThatThrownBy(() -> SettingDefinition.requireKnown("web", new Settings(Map.of("tarce", true)), known))
                .hasMessage("the setting 'web' has the unknown key 'tarce'; did you mean 'trace'?");
        assertThatThrownBy(() -> SettingDefinition.requireKnown("web", new Settings(Map.of("colour", 1)), known))
                .hasMessage("the setting 'web' has the unknown key 'colour'; known are trace, base");
    }
}
