package dev.brain.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimantTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u00A0", "\u200B", "\u200D", "\t\n", "\0", "\u0301"})
    void noNameThatShowsNothingIsAClaimant(String blank) {
        assertThatThrownBy(() -> new Claimant(blank))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blank");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "   ", "\u00A0\u00A0", "\u200B", "\0"})
    void aBlankOwnerIsNobody(String owner) {
        assertThat(new Claimant("BOT_MULTIVIA").matches(owner)).isFalse();
        assertThat(new Claimant(".").matches(owner)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "José Núñez",
                "JOSE NUNEZ",
                "José Núñez                              ",
                "\u00A0jose\u00A0nuñez\u00A0",
                "Jose\u0301 Nu\u0301n\u0303ez",
                "José  Núñez",
                "José Nú\u200Bñez"
            })
    void anOwnerIsComparedAsAPersonReadsIt(String owner) {
        assertThat(new Claimant("José Núñez").matches(owner)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "BOT_MULTIVIA, BOT_MULTIVIA2",
        "BOT_MULTIVIA, BOT_MULTIVI",
        "BOT_MULTIVIA, BOT MULTIVIA",
        "Ana Gil, Ana",
        "Ana Gil, AnaGil",
        "Ana Gil, Gil Ana"
    })
    void anotherNameIsSomebodyElse(String name, String owner) {
        assertThat(new Claimant(name).matches(owner)).isFalse();
        assertThat(new Claimant(owner).matches(name)).isFalse();
    }

    @Test
    void theNameIsWrittenAsItWasGiven() {
        assertThat(new Claimant("José  Núñez").name()).isEqualTo("José  Núñez");
    }
}
