package dev.brain.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnReaderTest {
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  ", "\u00A0\u202F", "\u200B", "\0"})
    void nullAndWhatShowsNothingIsAbsent(String value) {
        ColumnReader columns = columns("c", value);

        assertThat(columns.text("c")).isEmpty();
        assertThat(columns.name("c")).isEmpty();
        assertThat(columns.integer("c")).isEmpty();
        assertThat(columns.decimal("c")).isEmpty();
        assertThat(columns.date("c")).isEmpty();
        columns.check();
    }

    @ParameterizedTest
    @MethodSource
    void textIsTrimmedAndNumbersAreWrittenOut(Object value, String text) {
        ColumnReader columns = columns("c", value);

        assertThat(columns.text("c")).contains(text);
        columns.check();
    }

    static Stream<Arguments> textIsTrimmedAndNumbersAreWrittenOut() {
        return Stream.of(
                Arguments.of("\u00A0 a  b\u202F", "a  b"),
                Arguments.of("¿cuándo? http://x/?y=1", "¿cuándo? http://x/?y=1"),
                Arguments.of(600_123_456L, "600123456"),
                Arguments.of(new BigDecimal("600123456.0"), "600123456"),
                Arguments.of(new BigDecimal("0.00000001"), "0.00000001"),
                Arguments.of(true, "true"));
    }

    @ParameterizedTest
    @MethodSource
    void aNameHasSingleBlanks(String value, String name) {
        assertThat(columns("c", value).name("c")).contains(name);
    }

    static Stream<Arguments> aNameHasSingleBlanks() {
        return Stream.of(
                Arguments.of("\u00A0Fulana\u00A0 Ejémplez ", "Fulana Ejémplez"),
                Arguments.of("MUÑOZ", "MUÑOZ"),
                Arguments.of("Paral·lel, S.L.", "Paral·lel, S.L."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MU?OZ", "?LVAREZ", "Sanci?n", "MU\uFFFDOZ"})
    void aNameThatLostALetterIsAProblemAndNeverQuoted(String value) {
        ColumnReader columns = columns("c", value);

        assertThat(columns.name("c")).isEmpty();
        assertThatThrownBy(columns::check)
                .isInstanceOf(PayloadException.class)
                .hasMessageStartingWith("c has lost a letter")
                .message()
                .doesNotContain(value);
    }

    @ParameterizedTest
    @MethodSource
    void aWholeNumberIsOneHoweverItIsWritten(Object value) {
        ColumnReader columns = columns("c", value);

        assertThat(columns.integer("c")).contains(89_157L);
        columns.check();
    }

    static Stream<Object> aWholeNumberIsOneHoweverItIsWritten() {
        return Stream.of(
                89_157L,
                89_157,
                89_157.0,
                BigInteger.valueOf(89_157),
                new BigDecimal("89157.0"),
                new BigDecimal("8.9157E4"),
                "89157",
                " 89157.0\u00A0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"89157.5", "89.157,0", "12a", "1e3", "10000000000000000000", "-", "1 2", "٣"})
    void whatIsNoWholeNumberIsAProblem(String value) {
        ColumnReader columns = columns("c", value);

        assertThat(columns.integer("c")).isEmpty();
        assertThatThrownBy(columns::check).hasMessage("c isn't a whole number");
    }

    @ParameterizedTest
    @MethodSource
    void aDecimalHasAllItsDigits(Object value, String number) {
        ColumnReader columns = columns("c", value);

        assertThat(columns.decimal("c")).contains(new BigDecimal(number));
        columns.check();
    }

    static Stream<Arguments> aDecimalHasAllItsDigits() {
        return Stream.of(
                Arguments.of(new BigDecimal("120.50"), "120.50"),
                Arguments.of(new BigDecimal("120.00"), "120.00"),
                Arguments.of(new BigDecimal("-0.1"), "-0.1"),
                Arguments.of(0.1, "0.1"),
                Arguments.of(120L, "120"),
                Arguments.of("12345678901234567890.123456789", "12345678901234567890.123456789"),
                Arguments.of(" 120.50\u00A0", "120.50"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.200,50", "120,50", "12e3", "12 EUR", ".5", "5.", "-", "٣"})
    void whatIsNoDecimalIsAProblem(String value) {
        ColumnReader columns = columns("c", value);

        assertThat(columns.decimal("c")).isEmpty();
        assertThatThrownBy(columns::check).hasMessage("c isn't a decimal number like 120.50");
    }

    @Test
    void aRequiredDecimalAndOneOfBytesAreProblems() {
        ColumnReader columns = columns("none", null, "bytes", new byte[] {1}, "endless", Double.NaN);

        columns.required().decimal("none");
        columns.decimal("bytes");
        columns.decimal("endless");
        assertThatThrownBy(columns::check)
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "none is missing",
                                        "bytes holds bytes, which JSON can't",
                                        "endless isn't a decimal number like 120.50"));
    }

    @Test
    void datesAreRead() {
        ColumnReader columns =
                columns("time", LocalDateTime.of(2018, 12, 11, 12, 50), "text", "2018-12-11 12:50:32.863");

        assertThat(columns.date("time")).contains(LocalDate.of(2018, 12, 11));
        assertThat(columns.date("text")).contains(LocalDate.of(2018, 12, 11));
        columns.check();
    }

    @Test
    void everyProblemIsNamedOnceAndInOrder() {
        ColumnReader columns = columns("bytes", new byte[] {1}, "day", "11/12/2018", "blank", " ", "name", "MU?OZ");
        columns.text("bytes");
        columns.date("day");
        columns.required().text("blank");
        columns.required().name("name");
        columns.required().text("other");
        columns.text("blank");
        columns.required().text("blank");
        columns.refuse("reference", "has no year");

        assertThatThrownBy(columns::check)
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "bytes holds bytes, which JSON can't",
                                        "day isn't a date as 2026-12-31",
                                        "blank is missing",
                                        "name has lost a letter: there is a question mark in its place",
                                        "other wasn't read, or was found more than once",
                                        "reference has no year"));
    }

    @Test
    void aColumnThatWasNotReadIsAProblemAlsoWhereItMayBeAbsent() {
        ColumnReader columns = columns();
        columns.text("client.nif");

        assertThatThrownBy(columns::check).hasMessage("client.nif wasn't read, or was found more than once");
    }

    @Test
    void rowsOfAChildQueryAreReadAlike() {
        ColumnReader columns = ColumnReader.of(new Resource(
                new ResourceId("1"),
                null,
                Map.of(),
                Map.of("none", List.of(), "files", List.of(Map.of("id", 1L), Map.of("id", " ")))));

        assertThat(columns.children("none")).isEmpty();
        assertThat(columns.required().children("files"))
                .extracting(row -> row.integer("id").isPresent())
                .containsExactly(true, false);
        columns.required().children("none");
        columns.children("other");
        assertThatThrownBy(columns::check).hasMessage("files[1].id is missing; none is missing; other wasn't read");
    }

    private static ColumnReader columns(Object... namesAndValues) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            columns.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return ColumnReader.of(new Resource(new ResourceId("1"), null, columns));
    }
}
