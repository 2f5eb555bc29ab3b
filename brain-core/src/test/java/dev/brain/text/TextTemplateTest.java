package dev.brain.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "Case {name}., Case N° $1\\.",
        "{name}/{name}, N° $1\\/N° $1\\",
        "no name, no name",
        "{braces}, {name}",
        "{name}{braces}, N° $1\\{name}",
        "'', ''",
    })
    void eachNameIsReplacedByItsValueAsItIs(String template, String text) {
        Map<String, String> values = Map.of("name", "N° $1\\", "braces", "{name}");

        assertThat(TextTemplate.parse(template).render(values::get)).isEqualTo(text);
    }

    @Test
    void itTellsItsNamesInOrder() {
        assertThat(TextTemplate.parse("{b} {a} {b} {a.c}").placeholders()).containsExactly("b", "a", "a.c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "}", "{name", "name}", "{{name}}", "{a{b}"})
    void anUnpairedBraceIsRefused(String template) {
        assertThatThrownBy(() -> TextTemplate.parse(template))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the template '" + template + "' has an unpaired brace");
    }
}
