package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.payload.PayloadContext;
import dev.brain.payload.PayloadException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadMappingTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Site SITE = Site.builder("madrid").build();
    private static final PayloadContext CONTEXT =
            new PayloadContext(new Claimant("BOT"), Instant.parse("2026-03-01T10:20:30.456Z"), "https://x/1");

    private static PayloadMapping parse(String json) {
        try {
            return PayloadMapping.parse((ObjectNode) JSON.readTree(json.replace('\'', '"')), "payload");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Map<String, @Nullable Object> row(String column, @Nullable Object value) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put(column, value);
        return row;
    }

    private static Resource resource(Map<String, @Nullable Object> columns) {
        return new Resource(ResourceId.of(89157), " 2025/1-MUL ", columns);
    }

    private static ObjectNode build(String mapping, Resource resource) {
        return parse(mapping).build(SITE, resource, CONTEXT);
    }

    private static ObjectNode build(String mapping, @Nullable Object value) {
        return build(mapping, resource(row("c", value)));
    }

    private static ObjectNode build(String mapping) {
        return build(mapping, resource(Map.of()));
    }

    private static String written(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Stream<Arguments> columnValues() {
        return Stream.of(
                Arguments.of(null, "null"),
                Arguments.of(89157L, "89157"),
                Arguments.of(89157, "89157"),
                Arguments.of((short) 7, "7"),
                Arguments.of(89157.0, "89157"),
                Arguments.of(89157.0f, "89157"),
                Arguments.of(new BigDecimal("89157.00"), "89157"),
                Arguments.of(new BigDecimal("1E+5"), "100000"),
                Arguments.of(new BigInteger("123456789012345678901"), "123456789012345678901"),
                Arguments.of(Long.MAX_VALUE, "9223372036854775807"),
                Arguments.of(-0.0, "0"),
                Arguments.of(new BigDecimal("12.50"), "12.50"),
                Arguments.of(1.5, "1.5"),
                Arguments.of(Double.NaN, "\"NaN\""),
                Arguments.of(true, "true"),
                Arguments.of("", "\"\""),
                Arguments.of("89157.0", "\"89157.0\""),
                Arguments.of("007", "\"007\""),
                Arguments.of("  Ana  Gil \u00A0", "\"Ana  Gil\""),
                Arguments.of("a\"b\\c\n", "\"a\\\"b\\\\c\""),
                Arguments.of(LocalDate.of(2018, 12, 11), "\"2018-12-11\""),
                Arguments.of(LocalDateTime.parse("2018-12-11T12:50:32.863"), "\"2018-12-11T12:50:32.863\""));
    }

    @ParameterizedTest
    @MethodSource("columnValues")
    void aColumnIsWrittenInItsJsonType(@Nullable Object value, String json) {
        assertThat(written(build("{'k': {'column': 'c'}}", value))).isEqualTo("{\"k\":" + json + "}");
    }

    @Test
    void bytesAreNoJson() {
        assertThatThrownBy(() -> build("{'k': {'column': 'c'}}", new byte[] {1}))
                .isInstanceOf(PayloadException.class)
                .hasMessage("k: c holds bytes, which JSON can't");
        assertThatThrownBy(() -> build("{'k': {'template': 'x{c}'}}", new byte[] {1}))
                .isInstanceOf(PayloadException.class)
                .hasMessage("k: c holds bytes, which JSON can't");
    }

    @Test
    void aColumnThatWasNotReadIsAMistakeInTheMapping() {
        assertThatThrownBy(() -> build("{'k': {'column': 'C'}, 'm': {'template': '{x}'}}", "v"))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        e -> assertThat(e.problems())
                                .containsExactly("k: there is no column C", "m: there is no column x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "'x'", "' x '", "5", "1.5", "true", "[]", "{'a':[1]}"})
    void aConstantIsWrittenAsItIs(String constant) {
        assertThat(written(build("{'k': {'constant': " + constant + "}}")))
                .isEqualTo("{\"k\":" + constant.replace('\'', '"') + "}");
    }

    @Test
    void changingAPayloadDoesNotChangeTheNext() {
        PayloadMapping mapping = parse("{'k': {'constant': {'a': 1}}}");
        Resource resource = resource(Map.of());
        ((ObjectNode) mapping.build(SITE, resource, CONTEXT).get("k")).put("a", 2);

        assertThat(written(mapping.build(SITE, resource, CONTEXT))).isEqualTo("{\"k\":{\"a\":1}}");
    }

    @ParameterizedTest
    @CsvSource({
        "id, 89157",
        "reference, '\"2025/1-MUL\"'",
        "url, '\"https://x/1\"'",
        "now, '\"2026-03-01T10:20:30Z\"'",
        "claimant, '\"BOT\"'",
        "site, '\"madrid\"'"
    })
    void aValueOfTheClaimIsWritten(String value, String json) {
        assertThat(written(build("{'k': {'value': '" + value + "'}}"))).isEqualTo("{\"k\":" + json + "}");
    }

    @Test
    void aValueThatTheClaimLacksIsNull() {
        Resource resource = new Resource(ResourceId.of(1), null, Map.of());
        PayloadContext context = new PayloadContext(new Claimant("BOT"), Instant.EPOCH, null);

        assertThat(written(parse("{'r': {'value': 'reference'}, 'u': {'value': 'url'}}")
                        .build(SITE, resource, context)))
                .isEqualTo("{\"r\":null,\"u\":null}");
    }

    static Stream<Arguments> ids() {
        return Stream.of(
                Arguments.of(89157.0, "89157"),
                Arguments.of(new BigDecimal("1E+5"), "100000"),
                Arguments.of("89157", "89157"),
                Arguments.of(0, "0"),
                Arguments.of(-5, "-5"),
                Arguments.of(Long.MAX_VALUE, "9223372036854775807"),
                Arguments.of(new BigInteger("123456789012345678901"), "123456789012345678901"),
                Arguments.of("007", "\"007\""),
                Arguments.of("-0", "\"-0\""),
                Arguments.of("A-7", "\"A-7\""),
                Arguments.of("1.5", "\"1.5\""));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void anIdThatIsAWholeNumberIsAJsonInteger(Object id, String json) {
        Resource resource = new Resource(ResourceId.of(id), null, Map.of());

        assertThat(written(build("{'idRecurso': {'value': 'id'}}", resource)))
                .isEqualTo("{\"idRecurso\":" + json + "}");
    }

    static Stream<Arguments> templates() {
        return Stream.of(
                Arguments.of("{c}", " x ", "x"),
                Arguments.of("a {c} b {c}", "x", "a x b x"),
                Arguments.of("no placeholder", "x", "no placeholder"),
                Arguments.of("{c}", "$1\\{c}", "$1\\{c}"),
                Arguments.of("{c}", 89157L, "89157"),
                Arguments.of("{c}", 89157.0, "89157"),
                Arguments.of("{c}", new BigDecimal("1E+5"), "100000"),
                Arguments.of("{c}", new BigDecimal("12.50"), "12.50"),
                Arguments.of("{c}", true, "true"));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void aTemplateIsFilledWithColumns(String template, Object value, String expected) {
        assertThat(build("{'k': {'template': '" + template + "'}}", value)
                        .get("k")
                        .textValue())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\u00A0"})
    void aTemplateWithAnEmptyColumnCantBeFilled(String value) {
        assertThatThrownBy(() -> build("{'k': {'template': 'x {c}'}}", value))
                .isInstanceOf(PayloadException.class)
                .hasMessage("k: c is empty");
        assertThatThrownBy(() -> build("{'k': {'template': 'x {c}'}}", (@Nullable Object) null))
                .isInstanceOf(PayloadException.class)
                .hasMessage("k: c is empty");
    }

    @Test
    void allMissingRequiredValuesAreNamedAtOnce() {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("nif", null);
        columns.put("name", " \u00A0 ");
        columns.put("plate", "1234BBB");
        Resource resource = new Resource(ResourceId.of(1), null, columns, Map.of("adjuntos", List.of()));
        String mapping = """
                {'doc': {'column': 'nif', 'required': true},
                 'nombre': {'column': 'name', 'required': true},
                 'matricula': {'column': 'plate', 'required': true},
                 'opcional': {'column': 'nif', 'required': false},
                 'expediente': {'value': 'reference', 'required': true},
                 'adjuntos': {'children': 'adjuntos', 'each': {}, 'required': true},
                 'texto': {'template': '{nif}'}}
                """;

        assertThatThrownBy(() -> build(mapping, resource))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "doc: nif is empty",
                                        "nombre: name is empty",
                                        "expediente: reference is empty",
                                        "adjuntos is empty",
                                        "texto: nif is empty"))
                .hasMessageContaining("doc: nif is empty; nombre: name is empty; ");
    }

    @Test
    void zeroAndFalseAreNotMissing() {
        assertThat(written(build("{'k': {'column': 'c', 'required': true}}", 0L)))
                .isEqualTo("{\"k\":0}");
        assertThat(written(build("{'k': {'column': 'c', 'required': true}}", false)))
                .isEqualTo("{\"k\":false}");
    }

    @Test
    void childrenBecomeAList() {
        Resource resource = new Resource(
                ResourceId.of(89157),
                "2025/1-MUL",
                row("c", "parent"),
                Map.of(
                        "adjuntos",
                        List.of(Map.of("id", 1L, "Filename", " a.pdf "), Map.of("id", 2L, "Filename", "b.pdf"))));
        String mapping = """
                {'adjuntos': {'children': 'adjuntos', 'each': {
                    'id': {'column': 'id'},
                    'filename': {'column': 'Filename'},
                    'url': {'template': 'https://x/{id}/{Filename}'},
                    'tipo': {'constant': 'pdf'},
                    'recurso': {'value': 'id'}}}}
                """;

        assertThat(written(build(mapping, resource))).isEqualTo("""
                        {'adjuntos':[{'id':1,'filename':'a.pdf','url':'https://x/1/a.pdf','tipo':'pdf','recurso':89157},\
                        {'id':2,'filename':'b.pdf','url':'https://x/2/b.pdf','tipo':'pdf','recurso':89157}]}""".replace('\'', '"'));
    }

    @Test
    void noChildIsAnEmptyListAndNoChildQueryAMistake() {
        Resource resource = new Resource(ResourceId.of(1), null, Map.of(), Map.of("adjuntos", List.of()));

        assertThat(written(build("{'k': {'children': 'adjuntos', 'each': {}}}", resource)))
                .isEqualTo("{\"k\":[]}");
        assertThatThrownBy(() -> build("{'k': {'children': 'other', 'each': {}}}", resource))
                .isInstanceOf(PayloadException.class)
                .hasMessage("k: the profile has no child query 'other'");
    }

    @Test
    void aProblemInAChildSaysInWhichOne() {
        Resource resource = new Resource(
                ResourceId.of(1),
                null,
                row("parent", "x"),
                Map.of("adjuntos", List.of(row("Filename", "a"), row("Filename", null), row("Filename", " "))));
        String mapping = """
                {'adjuntos': {'children': 'adjuntos', 'each': {'filename': {'column': 'Filename', 'required': true}}}}
                """;

        assertThatThrownBy(() -> build(mapping, resource))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "adjuntos[1].filename: Filename is empty",
                                        "adjuntos[2].filename: Filename is empty"));
    }

    @Test
    void aChildDoesNotSeeItsParentsColumns() {
        Resource resource = new Resource(
                ResourceId.of(1), null, row("parent", "x"), Map.of("adjuntos", List.of(row("Filename", "a"))));

        assertThatThrownBy(
                        () -> build("{'k': {'children': 'adjuntos', 'each': {'p': {'column': 'parent'}}}}", resource))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("there is no column parent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "'c'",
                "5",
                "[]",
                "['column','c']",
                "{}",
                "{'required':true}",
                "{'each':{}}",
                "{'colum':'c'}",
                "{'Column':'c'}",
                "{'column':5}",
                "{'column':null}",
                "{'column':'c','constant':1}",
                "{'column':'c','each':{}}",
                "{'column':'c','trim':true}",
                "{'column':'c','required':'yes'}",
                "{'column':'c','required':1}",
                "{'column':'c','required':null}",
                "{'constant':1,'each':{}}",
                "{'template':5}",
                "{'template':'{c'}",
                "{'template':'c}'}",
                "{'template':'{{c}}'}",
                "{'template':'{}'}",
                "{'value':'ID'}",
                "{'value':'token'}",
                "{'value':5}",
                "{'children':'adjuntos'}",
                "{'children':'adjuntos','each':[]}",
                "{'children':'adjuntos','each':'id'}",
                "{'children':5,'each':{}}",
            })
    void anEntryOfAnotherKindIsRefusedByItsKey(String entry) {
        assertThatThrownBy(() -> parse("{'ok': {'constant': 1}, 'k': " + entry + "}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("payload.k must ")
                .hasMessageContaining(entry.replace('\'', '"'));
    }

    @Test
    void anEntryWithinChildrenIsRefusedByItsPath() {
        assertThatThrownBy(() -> parse("{'k': {'children': 'a', 'each': {'f': {'colum': 'x'}}}}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("payload.k.each.f must ");
    }

    @Test
    void theKeysKeepTheMappingsOrder() {
        ObjectNode payload = build("{'z': {'constant': 1}, 'a': {'constant': 2}, 'm': {'constant': 3}}");

        assertThat(payload.fieldNames()).toIterable().containsExactly("z", "a", "m");
        assertThat(written(build("{}"))).isEqualTo("{}");
    }

    @Test
    void columnsThatNobodyReadsAreFoundBeforehand() {
        PayloadMapping mapping = parse("""
                {'a': {'column': 'known'}, 'b': {'column': 'b'}, 'c': {'template': '{known} {t} {client.nif}'},
                 'd': {'constant': 'x'}, 'e': {'value': 'id'},
                 'f': {'children': 'adjuntos', 'each': {'g': {'column': 'Filename'}}}}
                """);

        assertThat(mapping.unknownColumns(Set.of("known"))).containsExactlyInAnyOrder("b", "t", "client.nif");
        assertThat(mapping.unknownColumns(Set.of("known", "b", "t", "client.nif")))
                .isEmpty();
    }

    @Test
    void aProblemIsAMessageByItself() {
        PayloadException exception = new PayloadException("k: c is empty");

        assertThat(exception).hasMessage("k: c is empty");
        assertThat(exception.problems()).containsExactly("k: c is empty");
    }
}
