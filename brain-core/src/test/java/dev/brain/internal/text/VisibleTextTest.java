package dev.brain.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
    @Test
    void charactersThatCannotBeSeenAreShownAsEscapes() {
        assertThat(VisibleText.of("a\u001b[31mb")).isEqualTo("a\\u001b[31mb");
        assertThat(VisibleText.of("a\nb\rc\td\0")).isEqualTo("a\\nb\\rc\\td\\u0000");
        assertThat(VisibleText.of("\u007f\u009b2J")).isEqualTo("\\u007f\\u009b2J");
        assertThat(VisibleText.of("abc\u202Etxt.exe")).isEqualTo("abc\\u202etxt.exe");
        assertThat(VisibleText.of("\u200E\u200F\u061C\u2028\u2029\u202A\u2066\u2069"))
                .isEqualTo("\\u200e\\u200f\\u061c\\u2028\\u2029\\u202a\\u2066\\u2069");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Gestió d'Ingressos", "C:\\new", "שלום", "مرحبا", "漢字", "👩‍🚒", "a\u00A0b", "ñ"})
    void everythingElseStays(String text) {
        assertThat(VisibleText.of(text)).isEqualTo(text);
    }

    @Test
    void linesStayButCannotBeOverwritten() {
        assertThat(VisibleText.ofLines("a\r\n\tb\rc\u001bd\n")).isEqualTo("a\r\n\tb\\rc\\u001bd\n");
    }

    @Test
    void jsonStaysTheSameJson() throws IOException {
        ObjectMapper json = new ObjectMapper();
        String text = json.writerWithDefaultPrettyPrinter()
                .writeValueAsString(json.createObjectNode().put("a", "x\u0001\u009b\u202E\n\"\\ñ"));

        String visible = VisibleText.ofLines(text);

        assertThat(visible).doesNotContain("\u009b").doesNotContain("\u202E").contains("\\u202e");
        assertThat(visible.lines()).hasSize(3);
        assertThat(json.readTree(visible)).isEqualTo(json.readTree(text));
    }
}
