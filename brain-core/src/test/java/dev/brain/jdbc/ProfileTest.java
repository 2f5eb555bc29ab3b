package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FULL = """
            {
              "name": "cases",
              "notes": "for people",
              "table": "Recursos.RecursosExp",
              "id": "idRecurso",
              "idType": "integer",
              "reference": "Expedient",
              "columns": ["idRecurso", "Expedient"],
              "parameters": {
                "organisme": {"setting": "query_organisme", "split": "|"},
                "texp": {"setting": "filtro_texp", "split": ",", "type": "integer", "default": "2,3"}
              },
              "scope": "Organisme LIKE :organisme",
              "free": "Estado = 0 AND TExp IN (:texp)",
              "candidates": "Expedient IS NOT NULL",
              "owner": "UsuarioAsignado",
              "ours": "TExp = 1",
              "claim": {"TExp": 1, "UsuarioAsignado": ":claimant"},
              "release": {"TExp": ":original", "UsuarioAsignado": null},
              "children": {
                "adjuntos": {"table": "attachments", "key": "automatic_id", "keyType": "text", "parent": "automatic_id",
                             "columns": ["id", "Filename"], "orderBy": "id", "single": false}
              },
              "payload": {"idRecurso": {"value": "id"}}
            }
            """;

    @Test
    void constantsKeepTheNumbersAsTheyAreWritten() {
        Profile profile = Profile.parse(
                FULL.replace("\"TExp\": 1, \"Usu", "\"TExp\": 10.50, \"Usu")
                        .replace("{\"value\": \"id\"}", "{\"constant\": 10.50}, \"all\": {\"constant\": 1e400}"),
                "test");
        assertThat(profile.claim()).containsEntry("TExp", new BigDecimal("10.50"));
        assertThat(profile.payload().path("idRecurso").path("constant").decimalValue())
                .isEqualTo(new BigDecimal("10.50"));
        assertThat(profile.payload().path("all").path("constant").decimalValue())
                .isEqualByComparingTo(new BigDecimal("1e400"));
    }

    /** The full profile with the value at a JSON pointer set; null takes it away. */
    private static String with(String pointer, @Nullable String json) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(FULL);
            int slash = pointer.lastIndexOf('/');
            ObjectNode parent = (ObjectNode) root.at(pointer.substring(0, slash));
            String key = pointer.substring(slash + 1);
            if (json == null) {
                parent.remove(key);
            } else {
                parent.set(key, JSON.readTree(json));
            }
            return root.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void assertRefused(String json, String... parts) {
        assertThatThrownBy(() -> Profile.parse(json, "x.json"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("x.json: ")
                .hasMessageContainingAll(parts);
    }

    @Test
    void everyPartOfAProfileIsRead() {
        Profile profile = Profile.parse(FULL, "x.json");

        assertThat(profile.name()).isEqualTo("cases");
        assertThat(profile.table()).containsExactly("Recursos", "RecursosExp");
        assertThat(profile.id()).isEqualTo("idRecurso");
        assertThat(profile.idType()).isEqualTo(IdType.INTEGER);
        assertThat(profile.reference()).isEqualTo("Expedient");
        assertThat(profile.columns()).containsExactly("idRecurso", "Expedient");
        assertThat(profile.parameters())
                .containsExactly(
                        Map.entry("organisme", new Profile.Parameter("query_organisme", "|", false, null)),
                        Map.entry("texp", new Profile.Parameter("filtro_texp", ",", true, "2,3")));
        assertThat(profile.scope()).isEqualTo("Organisme LIKE :organisme");
        assertThat(profile.free()).isEqualTo("Estado = 0 AND TExp IN (:texp)");
        assertThat(profile.candidates()).isEqualTo("Expedient IS NOT NULL");
        assertThat(profile.owner()).isEqualTo("UsuarioAsignado");
        assertThat(profile.ours()).isEqualTo("TExp = 1");
        assertThat(profile.claim()).isEqualTo(Map.of("TExp", 1L, "UsuarioAsignado", Profile.CLAIMANT));
        assertThat(profile.release().keySet()).containsExactly("TExp", "UsuarioAsignado");
        assertThat(profile.release()).containsEntry("TExp", Profile.ORIGINAL).containsEntry("UsuarioAsignado", null);
        assertThat(profile.children())
                .containsExactly(Map.entry(
                        "adjuntos",
                        new Profile.Child(
                                List.of("attachments"),
                                "automatic_id",
                                IdType.TEXT,
                                "automatic_id",
                                List.of("id", "Filename"),
                                "id",
                                false)));
        assertThat(profile.payload()).hasToString("{\"idRecurso\":{\"value\":\"id\"}}");
    }

    @Test
    void theLeastProfileTakesEveryRowThatIsFree() {
        Profile profile = Profile.parse("""
                {"name": "p", "table": "t", "id": "id", "reference": "ref", "columns": ["id"], "free": "s = 0",
                 "owner": "o", "claim": {"o": ":claimant"}}
                """, "x.json");

        assertThat(profile.idType()).isEqualTo(IdType.INTEGER);
        assertThat(List.of(profile.scope(), profile.candidates(), profile.ours()))
                .containsOnly("1 = 1");
        assertThat(profile.parameters()).isEmpty();
        assertThat(profile.release()).isEmpty();
        assertThat(profile.children()).isEmpty();
        assertThat(profile.payload()).isNull();
    }

    @Test
    void aChildIsOrderedByItsKeyAndNotSingleUnlessItSaysSo() {
        String json =
                with("/children/adjuntos", "{\"table\":\"t\",\"key\":\"k\",\"parent\":\"p\",\"columns\":[\"c\"]}");

        assertThat(Profile.parse(json, "x.json").children())
                .containsValue(new Profile.Child(List.of("t"), "k", IdType.INTEGER, "p", List.of("c"), "k", false));
    }

    @ParameterizedTest
    @CsvSource({
        "/tables, profile, did you mean 'table'?",
        "/Table, profile, did you mean 'table'?",
        "/$schema, profile, 'known are candidates, children'",
        "/parameters/texp/separator, parameters.texp, 'known are default, setting, split, type'",
        "/children/adjuntos/order_by, children.adjuntos, did you mean 'orderBy'?",
    })
    void anUnknownKeyIsRefusedWithTheNearestOrAllKnownOnes(String pointer, String where, String hint) {
        String key = pointer.substring(pointer.lastIndexOf('/') + 1);

        assertRefused(with(pointer, "\"x\""), "\"" + where + "\"", "unknown key \"" + key + "\"; " + hint);
    }

    @ParameterizedTest
    @CsvSource({
        "/name, name",
        "/table, table",
        "/id, id",
        "/reference, reference",
        "/columns, columns",
        "/free, free",
        "/owner, owner",
        "/claim, UsuarioAsignado",
        "/parameters/texp/setting, parameters.texp.setting",
        "/children/adjuntos/table, children.adjuntos.table",
        "/children/adjuntos/key, children.adjuntos.key",
        "/children/adjuntos/parent, children.adjuntos.parent",
        "/children/adjuntos/columns, children.adjuntos.columns"
    })
    void aMissingFieldIsNamed(String pointer, String field) {
        assertRefused(with(pointer, null), field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/name; 5; name",
                "/name; \"  \"; name",
                "/name; null; name",
                "/table; [\"a\",\"b\"]; table",
                "/idType; \"uuid\"; idType",
                "/idType; null; idType",
                "/columns; \"idRecurso\"; columns",
                "/columns; []; columns",
                "/columns; [1]; columns",
                "/columns; [null]; columns",
                "/columns; {\"a\":\"b\"}; columns",
                "/parameters; []; parameters",
                "/parameters; null; parameters",
                "/parameters/texp; \"filtro_texp\"; parameters.texp",
                "/parameters/texp/type; \"number\"; parameters.texp.type",
                "/parameters/texp/split; 5; parameters.texp.split",
                "/parameters/texp/default; null; parameters.texp.default",
                "/parameters/texp/default; [2,3]; parameters.texp.default",
                "/scope; true; scope",
                "/free; \"\"; free",
                "/ours; {}; ours",
                "/claim; []; claim",
                "/claim/TExp; [1]; claim.TExp",
                "/claim/TExp; {\"a\":1}; claim.TExp",
                "/claim/TExp; \":original\"; claim.TExp",
                "/claim/TExp; \":texp\"; claim.TExp",
                "/release/TExp; \":claimant\"; release.TExp",
                "/release/TExp; [1]; release.TExp",
                "/children; \"adjuntos\"; children",
                "/children/adjuntos; []; children.adjuntos",
                "/children/adjuntos/keyType; \"int\"; children.adjuntos.keyType",
                "/children/adjuntos/single; \"yes\"; children.adjuntos.single",
                "/children/adjuntos/single; 1; children.adjuntos.single",
                "/payload; []; payload",
                "/payload; null; payload"
            })
    void aValueOfTheWrongTypeIsNamed(String pointer, String json, String field) {
        assertRefused(with(pointer, json), field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "5", "\"text\"", "[{}]"})
    void whatIsNoObjectIsNoProfile(String json) {
        assertRefused(json, "\"profile\" must be an object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'name' 'p'}; line 1, column 9",
                "{; line 1, column 2",
                "{'name': 'p',}; line 1, column 14",
                "{'name': 'p', 'name': 'q'}; line 1, column 21",
                "{'name': 'p'} x; line 1, column 15",
                "{'name': 'p'} {}; line 1, column 1",
                "{'name': NaN}; line 1, column 13"
            })
    void brokenJsonSaysItsLineAndColumn(String json, String place) {
        assertRefused(json.replace('\'', '"'), place);
    }

    @Test
    void brokenJsonOnALaterLineSaysSo() {
        assertRefused(FULL.replace("\"idType\":", "\"idType\""), "line 6, column 12");
    }

    @Test
    void aByteOrderMarkIsNoMistake() {
        assertThat(Profile.parse("\uFEFF" + FULL, "x.json").name()).isEqualTo("cases");
    }

    /** Each name of the profile's columns and tables in turn, as this JSON. */
    private static List<String> naming(String column, String table) {
        List<String> profiles = new ArrayList<>();
        for (String pointer : List.of(
                "/id",
                "/reference",
                "/children/adjuntos/key",
                "/children/adjuntos/parent",
                "/children/adjuntos/orderBy")) {
            profiles.add(with(pointer, column));
        }
        for (String pointer : List.of("/table", "/children/adjuntos/table")) {
            profiles.add(with(pointer, table));
        }
        for (String pointer : List.of("/columns", "/children/adjuntos/columns")) {
            profiles.add(with(pointer, "[" + column + "]"));
        }
        profiles.add(with("/owner", column)
                .replaceFirst(
                        "\"UsuarioAsignado\":\":claimant\"", Matcher.quoteReplacement(column + ":\":claimant\"")));
        profiles.add(with("/claim", "{\"UsuarioAsignado\":\":claimant\"," + column + ":1}"));
        profiles.add(with("/release", "{" + column + ":1}"));
        return profiles;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\\n", "a\\u0000", "a\\u0000]; DROP TABLE x"})
    void aNameThatNoDatabaseCanHaveIsRefused(String name) {
        assertThat(naming("\"" + name + "\"", "\"[" + name + "]\""))
                .allSatisfy(profile -> assertThatThrownBy(() -> Profile.parse(profile, "x.json"))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageStartingWith("x.json: "));
    }

    static Stream<String> oddNames() {
        return Stream.of(
                "Importe (€)",
                "% IVA",
                "P&L",
                "1º nº",
                "a\"; DROP TABLE x; --",
                "a] = 1; --",
                "[a]",
                "a'b",
                "a`b",
                "a.b",
                "a,b",
                "a/*b",
                "a\nb",
                "a:b",
                "a\\b",
                "1 = 1",
                "*",
                "{a}",
                " a",
                "a?",
                "a".repeat(200));
    }

    @ParameterizedTest
    @MethodSource("oddNames")
    void aNameIsKeptAsTheDatabaseShowsIt(String name) {
        String json = TextNode.valueOf(name).toString();
        String table =
                TextNode.valueOf("Recursos.[" + name.replace("]", "]]") + "]").toString();
        assertThat(naming(json, table)).allSatisfy(profile -> Profile.parse(profile, "x.json"));
        assertThat(Profile.parse(with("/id", json), "x.json").id()).isEqualTo(name);
        assertThat(Profile.parse(with("/columns", "[" + json + "]"), "x.json").columns())
                .containsExactly(name);
        assertThat(Profile.parse(with("/table", table), "x.json").table()).containsExactly("Recursos", name);
    }

    @Test
    void aColumnThatAChildsColumnWouldHideIsRefused() {
        String single = with("/children/adjuntos/single", "true");
        assertThat(Profile.parse(single, "x.json").columns()).isNotEmpty();
        assertRefused(
                single.replace("\"columns\":[\"idRecurso\"", "\"columns\":[\"adjuntos.Filename\""),
                "adjuntos.Filename",
                "give the child adjuntos another name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Año", "_x", "a b", "a-b", "a$b#c@d", "EXPEDIENT2", "order"})
    void namesThatPeopleGiveColumnsAreIdentifiers(String name) {
        assertThat(Profile.parse(with("/id", "\"" + name + "\""), "x.json").id())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".", "a.", ".a", "a..b", "a.b.c.d", "a . b", "[a", "[a]b", "a[b]", "a]", "[a].", "[a]]", "`a", "x`y`"
            })
    void aTableHasOneToThreeParts(String table) {
        assertRefused(with("/table", "\"" + table + "\""), "name");
        assertRefused(with("/children/adjuntos/table", "\"" + table + "\""), "name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/scope", "/free", "/candidates", "/ours"})
    void aConditionsParameterMustBeDeclared(String pointer) {
        assertRefused(with(pointer, "\"a = :nobody\""), "profile cases", ":nobody", "a = :nobody", "parameters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit", "after", "ids", "owner", "owners", "set0", "set12"})
    void aParameterMayNotHaveANameThatStatementsUse(String name) {
        assertRefused(with("/parameters/" + name, "{\"setting\":\"x\"}"), "profile cases", "'" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"TExp\":1}",
                "{\"usuarioasignado\":\":claimant\"}",
                "{\"UsuarioAsignado\":null}",
                "{\"UsuarioAsignado\":\"BOT\"}",
                "{\"UsuarioAsignado\":5}"
            })
    void aClaimThatDoesNotNameItsClaimantIsRefused(String claim) {
        assertRefused(with("/claim", claim), "UsuarioAsignado", ":claimant");
    }

    @Test
    void constantsKeepTheirTypes() {
        Map<String, @Nullable Object> claim =
                Profile.parse(with("/claim", """
                                {"UsuarioAsignado": ":claimant", "a": "x", "b": 5, "c": 1.50, "d": true, "e": null,
                                 "f": 99999999999999999999, "g": "a:b"}
                                """), "x.json").claim();

        assertThat(claim)
                .containsEntry("a", "x")
                .containsEntry("b", 5L)
                .containsEntry("d", true)
                .containsEntry("e", null)
                .containsEntry("f", new BigDecimal("99999999999999999999"))
                .containsEntry("g", "a:b");
        assertThat((BigDecimal) claim.get("c")).isEqualByComparingTo("1.5");
    }

    @Test
    void aFileIsReadAndNamedInErrors(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("p.json");
        Files.writeString(file, FULL);
        assertThat(Profile.read(file)).isEqualTo(Profile.parse(FULL, "x.json"));

        Files.writeString(file, "{");
        assertThatThrownBy(() -> Profile.read(file)).hasMessageStartingWith(file + ": line 1, column 2: ");

        Files.write(file, FULL.replace("people", "ñ").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Profile.read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file.toString());

        assertThatThrownBy(() -> Profile.read(folder.resolve("missing.json")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("missing.json");
    }

    private static final String SCALARS = """
            {"name": "p", "table": "t", "id": "id", "reference": "ref", "columns": ["id"], "free": "s = 0",
             "owner": "o", "claim": {"o": ":claimant"},
             "parameters": {"x": {"setting": "x"}, "n": {"setting": "n", "type": "integer", "default": 7}}}
            """;

    private static Map<String, @Nullable Object> bind(String json, Settings settings) {
        return Profile.parse(json, "x.json")
                .bind(Site.builder("madrid").settings(settings).build());
    }

    private static Map<String, @Nullable Object> bindFull(Object organisme, Object texp) {
        return bind(FULL, Settings.none().with("query_organisme", organisme).with("filtro_texp", texp));
    }

    static Stream<Object> listsOfTwoAndThree() {
        return Stream.of(
                "2,3",
                " 2 , 3 ",
                "2,,3,",
                "\u00A02,\u00A03",
                List.of(2, 3),
                List.of("2", "3"),
                List.of(2L, " 3 ", ""),
                Arrays.asList(2, null, 3));
    }

    @ParameterizedTest
    @MethodSource("listsOfTwoAndThree")
    void aListOfWholeNumbersIsBoundFromCsvOrAList(Object texp) {
        assertThat(bindFull("%XALOC%", texp)).containsEntry("texp", List.of(2L, 3L));
    }

    @Test
    void aListOfTextsIsBoundWithoutTheBlanksAroundThem() {
        assertThat(bindFull(" %XALOC% | |%GIRONA,B%\u00A0|", "2"))
                .containsEntry("organisme", List.of("%XALOC%", "%GIRONA,B%"))
                .containsEntry("texp", List.of(2L));
        assertThat(bindFull("%XALOC%", 2)).containsEntry("texp", List.of(2L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\u00A0"})
    void aBlankSettingIsAbsent(String blank) {
        assertThat(bindFull("%XALOC%", blank)).containsEntry("texp", List.of(2L, 3L));
        assertThatThrownBy(() -> bindFull(blank, "2"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("site madrid: the profile cases needs the setting 'query_organisme'");
    }

    @Test
    void anAbsentSettingIsTheFallbackOrMissing() {
        assertThat(bind(FULL, Settings.none().with("query_organisme", "x"))).containsEntry("texp", List.of(2L, 3L));
        assertThat(bind(SCALARS, Settings.none().with("x", "a")))
                .containsEntry("x", "a")
                .containsEntry("n", 7L);
        assertThatThrownBy(() -> bind(SCALARS, Settings.none()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("site madrid: the profile p needs the setting 'x'");
    }

    static Stream<Object> emptyLists() {
        return Stream.of(",", " , ,", List.of(), List.of("", " "), Arrays.asList((Object) null));
    }

    @ParameterizedTest
    @MethodSource("emptyLists")
    void aListThatNamesNothingIsRefused(Object texp) {
        assertThatThrownBy(() -> bindFull("%XALOC%", texp))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("site madrid: the setting 'filtro_texp' names nothing");
    }

    static Stream<Object> noWholeNumbers() {
        return Stream.of("2;3", "2,x", "2.0", "99999999999999999999", 2.5, List.of(2, "x"), List.of(List.of(2)), true);
    }

    @ParameterizedTest
    @MethodSource("noWholeNumbers")
    void whatIsNoWholeNumberIsRefused(Object texp) {
        assertThatThrownBy(() -> bindFull("%XALOC%", texp))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("site madrid")
                .hasMessageContaining("filtro_texp");
    }

    /** As text, a list or an object would be a condition that matches nothing, or the wrong rows. */
    @Test
    void aListOrAnObjectIsNoSingleValue() {
        assertThatThrownBy(() -> bind(SCALARS, Settings.none().with("x", List.of("a", "b"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> bind(SCALARS, Settings.none().with("x", Map.of("a", "b"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> bindFull(Map.of("a", "b"), "2"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'query_organisme'");
        assertThatThrownBy(() -> bindFull(List.of(Map.of("a", "b")), "2"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'query_organisme'");
    }

    @Test
    void aSingleValueIsBoundWithoutTheBlanksAroundIt() {
        assertThat(bind(SCALARS, Settings.none().with("x", " a,b\u00A0").with("n", " 9 ")))
                .isEqualTo(Map.of("x", "a,b", "n", 9L));
    }
}
