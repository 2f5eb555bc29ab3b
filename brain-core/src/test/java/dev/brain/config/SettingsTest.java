package dev.brain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static Settings of(Object value) {
        return Settings.none().with("x", value);
    }

    @Test
    void aNullValueIsAbsent() {
        Map<String, Object> values = new HashMap<>();
        values.put("x", null);

        assertThat(new Settings(values)).isEqualTo(Settings.none());
        assertThat(of("a").with("x", null)).isEqualTo(Settings.none());
        assertThat(Settings.none().with("x", null)).isEqualTo(Settings.none());
    }

    @Test
    void whatIsAbsentIsEmptyOfAnyType() {
        Settings none = Settings.none();

        assertThat(none.value("x")).isEmpty();
        assertThat(none.text("x")).isEmpty();
        assertThat(none.integer("x")).isEmpty();
        assertThat(none.flag("x")).isEmpty();
        assertThat(none.nested("x")).isEqualTo(none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void aBlankTextIsAbsent(String blank) {
        assertThat(of(blank).text("x")).isEmpty();
        assertThat(of(blank).integer("x")).isEmpty();
        assertThat(of(blank).flag("x")).isEmpty();
    }

    @Test
    void numbersAndBooleansAreTextsToo() {
        assertThat(of(" a b ").text("x")).contains("a b");
        assertThat(of(5).text("x")).contains("5");
        assertThat(of(true).text("x")).contains("true");
    }

    @Test
    void aListOrAnObjectIsNoText() {
        assertThatThrownBy(() -> of(List.of(1)).text("x"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the setting 'x' must be a text, not '[1]'");
        assertThatThrownBy(() -> of(Map.of()).text("x")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> of(List.of(1)).integer("x")).isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "' 7 ', 7", "-7, -7", "0, 0", "2147483647, 2147483647"})
    void wholeNumbersAreReadFromTextsAndNumbers(String text, int expected) {
        assertThat(of(text).integer("x")).contains(expected);
        assertThat(of(expected).integer("x")).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.5", "seven", "2147483648", "7 8", "0x7", "1e3"})
    void anythingElseIsNoWholeNumber(String text) {
        assertThatThrownBy(() -> of(text).integer("x"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the setting 'x' must be a whole number, not '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "1, true", "false, false", "0, false"})
    void flagsAreTrueFalseOneOrZero(String text, boolean expected) {
        assertThat(of(text).flag("x")).contains(expected);
        assertThat(of(expected).flag("x")).contains(expected);
        assertThat(of(expected ? 1 : 0).flag("x")).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no", "2", "-1", "t"})
    void anythingElseIsNoFlag(String text) {
        assertThatThrownBy(() -> of(text).flag("x"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must be true or false, not '" + text + "'");
    }

    @Test
    void settingsNest() {
        assertThat(of(Map.of("y", Map.of("z", 1))).nested("x").nested("y").integer("z"))
                .contains(1);
        assertThatThrownBy(() -> of("text").nested("x"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must be an object");
    }

    @Test
    void theyKeepTheirOrderAndNothingChangesThem() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("z", 1);
        values.put("a", 2);
        Settings settings = new Settings(values);
        values.put("m", 3);

        assertThat(settings.values()).containsExactly(Map.entry("z", 1), Map.entry("a", 2));
        assertThat(settings.with("z", 9).values().keySet()).containsExactly("z", "a");
        assertThatThrownBy(() -> settings.values().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
