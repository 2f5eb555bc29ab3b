package dev.brain.examples.sites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.payload.ColumnReader;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityDocumentTest {
    @ParameterizedTest
    @CsvSource({
        "12345678Z, 12345678, Z, true",
        "Y7654321G, Y7654321, G, true",
        "'\u00A0y7654321g  ', Y7654321, G, true",
        "A12345674, A1234567, 4, false",
        "XDA123456, XDA12345, 6, false",
        "12345678, 1234567, 8, false",
        "1234567L, 1234567, L, false",
        "AB, A, B, false",
    })
    void theControlIsTheLastCharacter(String text, String number, String control, boolean nif) {
        assertThat(IdentityDocument.split(text)).contains(new IdentityDocument(number, control));
        assertThat(new IdentityDocument(number, control).isNif()).isEqualTo(nif);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Z", "12345678-Z", "12.345.678Z", "12345678 Z", "1234?678Z", "12345678Ñ"})
    void whatHasOtherThanLettersAndDigitsIsNone(String text) {
        assertThat(IdentityDocument.split(text)).isEmpty();
    }

    @Test
    void itShowsNothing() {
        assertThat(new IdentityDocument("12345678", "Z")).asString().doesNotContain("12345678");
    }

    @Test
    void aColumnIsReadAndOtherTextIsItsProblem() {
        Map<String, Object> row = Map.of("good", " 12345678z ", "bad", "12345678-Z", "blank", " ");
        ColumnReader columns = ColumnReader.of(new Resource(ResourceId.of(1), null, row, Map.of()));

        assertThat(IdentityDocument.read(columns, "good")).contains(new IdentityDocument("12345678", "Z"));
        assertThat(IdentityDocument.read(columns, "blank")).isEmpty();
        columns.check();
        assertThat(IdentityDocument.read(columns, "bad")).isEmpty();
        assertThatThrownBy(columns::check).hasMessage("bad isn't a document's number: letters and digits only");
    }
}
