package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IdTypeTest {
    @Test
    void anIdIsBoundInItsColumnsType() {
        ResourceId id = ResourceId.of("0089157");

        assertThat(IdType.INTEGER.toColumn(id)).isEqualTo(89157L);
        assertThat(IdType.DECIMAL.toColumn(id)).isEqualTo(new BigDecimal("89157"));
        assertThat(IdType.TEXT.toColumn(id)).isEqualTo("0089157");
    }

    @Test
    void aTextKeepsItsBlanksAndANumberHasOneSpelling() {
        assertThat(IdType.TEXT.idOf("      A7  ").value()).isEqualTo("      A7  ");
        assertThat(IdType.INTEGER.idOf(new BigDecimal("7.00")).value()).isEqualTo("7");
        assertThat(IdType.INTEGER.idOf("7").value()).isEqualTo("7");
        assertThat(IdType.DECIMAL.idOf(new BigDecimal("7.50")).value()).isEqualTo("7.5");
        assertThat(IdType.INTEGER.referredTo(" 007 ").value()).isEqualTo("7");
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of(IdType.INTEGER, "  ", "blank"),
                Arguments.of(IdType.TEXT, "\t", "blank"),
                Arguments.of(IdType.INTEGER, "see note", "'see note'"),
                Arguments.of(IdType.INTEGER, "007", "'007'"),
                Arguments.of(IdType.INTEGER, " 7", "' 7'"),
                Arguments.of(IdType.INTEGER, "Infinity", "'Infinity'"),
                Arguments.of(IdType.INTEGER, new BigDecimal("1.5"), "1.5"),
                Arguments.of(IdType.INTEGER, new BigDecimal("9223372036854775808"), "9223372036854775808"),
                Arguments.of(IdType.DECIMAL, "1e999999999", "'1e999999999'"),
                Arguments.of(IdType.TEXT, new byte[] {1, 10}, "bytes (0x010a)"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void aValueThatWouldNotBeFoundAgainIsRefusedByName(IdType type, Object value, String named) {
        assertThatThrownBy(() -> type.idOf(value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({"INTEGER, A-7", "INTEGER, 1.5", "INTEGER, 99999999999999999999", "DECIMAL, A-7", "DECIMAL, 1;2"})
    void anIdOfAnotherTypeIsRefused(IdType type, String id) {
        assertThatThrownBy(() -> type.toColumn(ResourceId.of(id)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'" + id + "'")
                .hasMessageContaining("idType");
    }
}
