package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdTypeTest {
    @Test
    void anIdIsBoundInItsColumnsType() {
        ResourceId id = ResourceId.of("0089157");

        assertThat(IdType.INTEGER.toColumn(id)).isEqualTo(89157L);
        assertThat(IdType.DECIMAL.toColumn(id)).isEqualTo(new BigDecimal("89157"));
        assertThat(IdType.TEXT.toColumn(id)).isEqualTo("0089157");
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
