package dev.brain.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceIdTest {
    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of(89157, "89157"),
                Arguments.of(89157L, "89157"),
                Arguments.of((short) 891, "891"),
                Arguments.of((byte) 8, "8"),
                Arguments.of(89157.0, "89157"),
                Arguments.of(89157.0f, "89157"),
                Arguments.of(12345678.0, "12345678"),
                Arguments.of(8.9157E12, "8915700000000"),
                Arguments.of(new BigDecimal("89157.0"), "89157"),
                Arguments.of(new BigDecimal("89157.0000"), "89157"),
                Arguments.of(new BigDecimal("1E+5"), "100000"),
                Arguments.of(new BigDecimal("89150"), "89150"),
                Arguments.of(new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
                Arguments.of(new AtomicLong(89157), "89157"),
                Arguments.of(Long.MAX_VALUE, "9223372036854775807"),
                Arguments.of(Long.MIN_VALUE, "-9223372036854775808"),
                Arguments.of(0, "0"),
                Arguments.of(0.0, "0"),
                Arguments.of(-0.0, "0"),
                Arguments.of(new BigDecimal("0.00"), "0"),
                Arguments.of(new BigDecimal("0E+3"), "0"),
                Arguments.of(-5, "-5"),
                Arguments.of(1.5, "1.5"));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberHasOneSpellingWhateverItsType(Number number, String value) {
        assertThat(ResourceId.of(number)).isEqualTo(new ResourceId(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00123", "89157.0", "1E+5", "A-7", "+5", "-0"})
    void aTextStaysAsItIs(String text) {
        assertThat(ResourceId.of(text).value()).isEqualTo(text);
    }

    @Test
    void theBlanksOfAPaddedTextAreKept() {
        assertThat(ResourceId.of("00123     ").value()).isEqualTo("00123     ");
        assertThat(ResourceId.of("     00123").value()).isEqualTo("     00123");
    }

    @Test
    void bytesAreNoId() {
        assertThatThrownBy(() -> ResourceId.of(new byte[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void aBlankIsNoId(String blank) {
        assertThatThrownBy(() -> ResourceId.of(blank)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResourceId(blank)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void whatIsNoNumberIsNoId(double number) {
        assertThatThrownBy(() -> ResourceId.of(number)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersAreShownInTheirOrder() {
        assertThat(Stream.of(100, 9, 10, 89157, 1).map(ResourceId::of).sorted().map(ResourceId::value))
                .containsExactly("1", "9", "10", "100", "89157");
    }
}
