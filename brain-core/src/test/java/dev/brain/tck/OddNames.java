package dev.brain.tck;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.QualifiedName;
import java.util.List;
import java.util.Map;

/**
 * A system of record whose names hold every character that ends, begins or marks something in SQL, and those that people
 * write in spreadsheets.
 *
 * @param schema what stands before a table's name: empty, or a schema and a dot
 */
record OddNames(String schema, Dialect dialect) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static final String CASES = "[2026 Casos.v1 \"P&L\" [x]] -- y]";

    private static final String CLIENTS = "[Clientes `; DROP/*]";
    private static final String DOCUMENTS = "[it's]";

    private static final String ID = "1º nº";
    private static final String AMOUNT = "Importe (€)";
    private static final String KIND = "a]b[c";
    private static final String STATE = "back`tick:kind";
    private static final String OWNER = "who's \"it\"?";
    private static final String BODY = "a.b?";
    private static final String REFERENCE = "/* ref\nno */ --:x";
    private static final String CLIENT = "{client} $1 \\";

    static final List<String> COLUMNS = List.of(ID, AMOUNT, KIND, STATE, OWNER, BODY, REFERENCE, CLIENT);
    static final List<String> READ = List.of(ID, AMOUNT, KIND, BODY, REFERENCE, CLIENT);

    /** A table's name as the dialect quotes it. */
    String table(String name) {
        return dialect.table(QualifiedName.parts(schema + name));
    }

    private String quoted(String column) {
        return dialect.quote(column);
    }

    /** In double quotes, which every database's conditions may use. */
    private static String standard(String column) {
        return "\"" + column.replace("\"", "\"\"") + "\"";
    }

    /** The statements that make the tables and their rows: 1 and 3 are free, 2 is somebody's, 4 is another site's. */
    List<String> create(String textType) {
        String cases = table(CASES);
        return List.of(
                "CREATE TABLE " + cases + " (" + quoted(ID) + " INTEGER NOT NULL PRIMARY KEY, " + quoted(AMOUNT)
                        + " INTEGER, " + quoted(KIND) + " INTEGER, " + quoted(STATE) + " INTEGER, " + quoted(OWNER)
                        + " "
                        + textType + ", " + quoted(BODY) + " " + textType + ", " + quoted(REFERENCE) + " " + textType
                        + ", "
                        + quoted(CLIENT) + " INTEGER)",
                "CREATE TABLE " + table(CLIENTS) + " (" + quoted(ID) + " INTEGER, " + quoted("% IVA") + " " + textType
                        + ")",
                "CREATE TABLE " + table(DOCUMENTS) + " (" + quoted(KIND) + " INTEGER, " + quoted("say \"x\"") + " "
                        + textType + ")",
                "INSERT INTO " + cases + " VALUES (1, 7, 2, 0, NULL, 'CITY FINES', '2026/1', 5)",
                "INSERT INTO " + cases + " VALUES (2, 7, 1, 0, 'A PERSON', 'CITY FINES', '2026/2', NULL)",
                "INSERT INTO " + cases + " VALUES (3, 8, 3, 0, NULL, 'OLD FINES', '2026/3', NULL)",
                "INSERT INTO " + cases + " VALUES (4, 8, 3, 0, NULL, 'PARKS', '2026/4', NULL)",
                "INSERT INTO " + table(CLIENTS) + " VALUES (5, '21')",
                "INSERT INTO " + table(DOCUMENTS) + " VALUES (1, 'first.pdf')");
    }

    /** What the profile's mapping makes of the row 1. */
    static ObjectNode payloadOf1() {
        ObjectNode payload = JSON.createObjectNode()
                .put("importe", 7)
                .put("texto", "7 de CITY FINES, 21 %")
                .put("cliente", 5);
        payload.putArray("adjuntos").addObject().put("nombre", "first.pdf");
        return payload;
    }

    /** Its conditions use the database's own quotes and double quotes. */
    Profile profile() {
        Map<String, Object> profile = Map.ofEntries(
                Map.entry("name", "odd"),
                Map.entry("table", schema + CASES),
                Map.entry("id", ID),
                Map.entry("reference", REFERENCE),
                Map.entry("columns", READ),
                Map.entry(
                        "parameters",
                        Map.of(
                                "body", Map.of("setting", "body", "split", "|"),
                                "kinds", Map.of("setting", "kinds", "split", ",", "type", "integer"))),
                Map.entry("scope", quoted(BODY) + " LIKE :body AND " + quoted(AMOUNT) + " > 0"),
                Map.entry("free", standard(STATE) + " = 0 AND " + quoted(KIND) + " IN (:kinds)"),
                Map.entry("candidates", standard(REFERENCE) + " IS NOT NULL"),
                Map.entry("owner", OWNER),
                Map.entry("ours", standard(KIND) + " = 1 AND " + quoted(STATE) + " = 0"),
                Map.entry("claim", Map.of(KIND, 1, OWNER, ":claimant")),
                Map.entry("release", Map.of(KIND, ":original", OWNER, ":original")),
                Map.entry(
                        "payload",
                        Map.of(
                                "importe", Map.of("column", AMOUNT),
                                "texto", Map.of("template", "{" + AMOUNT + "} de {" + BODY + "}, {P&L.% IVA} %"),
                                "cliente", Map.of("column", CLIENT),
                                "adjuntos",
                                        Map.of(
                                                "children",
                                                "it's",
                                                "each",
                                                Map.of("nombre", Map.of("column", "say \"x\""))))),
                Map.entry(
                        "children",
                        Map.of(
                                "it's",
                                Map.of(
                                        "table",
                                        schema + DOCUMENTS,
                                        "key",
                                        KIND,
                                        "parent",
                                        ID,
                                        "columns",
                                        List.of("say \"x\"")),
                                "P&L",
                                Map.of(
                                        "table",
                                        schema + CLIENTS,
                                        "key",
                                        ID,
                                        "parent",
                                        CLIENT,
                                        "columns",
                                        List.of("% IVA"),
                                        "single",
                                        true))));
        return Profile.parse(JSON.valueToTree(profile).toString(), "the contract's odd profile");
    }
}
