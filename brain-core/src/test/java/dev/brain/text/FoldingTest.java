package dev.brain.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoldingTest {
    @Test
    void nullFoldsAndTrimsToNothing() {
        assertThat(Folding.fold(null)).isEmpty();
        assertThat(Folding.trim(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t\r\n",
                "\u00A0",
                "\u2007\u202F",
                "\u3000",
                "\u200B",
                "\u200C\u200D",
                "\u200E\u200F",
                "\u2060\uFEFF",
                "\u00AD",
                "\0\0",
                " \u00A0\u200B\uFEFF\0 "
            })
    void whatShowsNothingFoldsAndTrimsToNothing(String invisible) {
        assertThat(Folding.fold(invisible)).isEmpty();
        assertThat(Folding.trim(invisible)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "JOSÉ, jose",
        "Ñoño, nono",
        "Françesc Güell, francesc guell",
        "àèìòù áéíóú, aeiou aeiou",
        "Paral·lel, paral·lel",
        "STRAẞE, strasse",
        "Straße, strasse",
        "STRASSE, strasse",
        "Mª del Pilar, ma del pilar",
        "ﬁna, fina",
        "ＢＯＴ, bot",
        "İSTANBUL, istanbul",
        "ΟΔΟΣ, οδος",
        "O'Donnell-Pérez, o'donnell-perez",
        "BOT_MULTIVIA, bot_multivia",
    })
    void caseAndAccentsDontCount(String text, String folded) {
        assertThat(Folding.fold(text)).isEqualTo(folded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"José Núñez", "Àngel Güell", "Conceição", "Ångström", "Việt"})
    void composedAndDecomposedAccentsFoldAlike(String name) {
        String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
        String decomposed = Normalizer.normalize(name, Normalizer.Form.NFD);

        assertThat(composed).isNotEqualTo(decomposed);
        assertThat(Folding.fold(composed)).isEqualTo(Folding.fold(decomposed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ana  gil",
                "ana\u00A0gil",
                "ana\u202Fgil",
                "ana\t\r\ngil",
                " ana gil ",
                "\u00A0ana gil\u00A0",
                "ana \u00A0 gil\0",
                "a\u200Bna gil",
                "\uFEFFana gil\u200E",
                "an\u00ADa gil",
                "ana\u2060 gil"
            })
    void everyRunOfBlanksIsOneSpaceAndInvisibleCharactersAreNone(String text) {
        assertThat(Folding.fold(text)).isEqualTo("ana gil");
    }

    @Test
    void foldingAgainChangesNothing() {
        String folded = Folding.fold(" Ñoño\u00A0 STRAẞE ");

        assertThat(Folding.fold(folded)).isEqualTo(folded);
    }

    @Test
    void theMachinesLanguageDoesNotCount() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(Folding.fold("ROBOT_I")).isEqualTo("robot_i");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2025/1-MUL",
                " 2025/1-MUL ",
                "\u00A02025/1-MUL\u202F",
                "\uFEFF2025/1-MUL\r\n\0",
                "\u200E2025/1-MUL"
            })
    void trimTakesBlanksOfAnyKindFromTheEnds(String text) {
        assertThat(Folding.trim(text)).isEqualTo("2025/1-MUL");
    }

    @Test
    void trimLeavesTheInsideAsItIs() {
        assertThat(Folding.trim(" É \u00A0 ß ")).isEqualTo("É \u00A0 ß");
    }

    @ParameterizedTest
    @CsvSource({
        "Identificación del conductor, IDENTIFICACION, true",
        "Propuesta\u00A0 de resolución, propuesta de, true",
        "Sanción, Resolución sancionadora, false",
        "Sanción, '', false",
        "Sanción, ' ', false",
        ", sancion, false",
    })
    void aTextContainsAKeyHoweverBothAreWritten(String text, String key, boolean contained) {
        assertThat(Folding.contains(text, key)).isEqualTo(contained);
    }
}
