package dev.brain.internal.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadableJsonTest {
    private static final String LONG = "x".repeat(20_000_001);
    private static final Resource SHORT = new Resource(ResourceId.of(1), "2026/1", Map.of());

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode nested() {
        ObjectNode outer = object();
        ArrayNode inner = outer.putArray("lists");
        for (int depth = 0; depth < 1100; depth++) {
            inner = inner.addArray();
        }
        return outer;
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of(object().put("notas", LONG), "'notas' is a text"),
                Arguments.of(
                        object().set(
                                        "list",
                                        JsonNodeFactory.instance.arrayNode().add(LONG)),
                        "'list' is a text"),
                Arguments.of(object().put("n", new BigDecimal("1E+5000")), "'n' is a number"),
                Arguments.of(object().put("x".repeat(50_001), 1), "a name"),
                Arguments.of(nested(), "nested"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void aPayloadThatCouldNotBeReadBackIsRefused(ObjectNode content, String named) {
        assertThatThrownBy(() -> ReadableJson.check(Payload.of(content), SHORT))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining(named);
    }

    static Stream<Object> columns() {
        return Stream.of(LONG, new byte[16_000_000], new BigDecimal("1E-5000"));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void aColumnThatCouldNotBeReadBackIsRefusedToo(Object value) {
        Resource resource = new Resource(ResourceId.of(1), null, Map.of("notas", value));
        assertThatThrownBy(() -> ReadableJson.check(Payload.of(object()), resource))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("column notas");
    }

    @Test
    void whatIsAsLongAsItMayBeIsTaken() {
        Resource resource = new Resource(ResourceId.of(1), null, Map.of("notas", "x".repeat(20_000_000)));
        assertThatCode(() ->
                        ReadableJson.check(Payload.of(object().put("n", 1.5).put("text", "x")), resource))
                .doesNotThrowAnyException();
    }
}
