package dev.brain.tck;

import dev.brain.jdbc.Profile;
import dev.brain.site.Site;
import java.util.List;

/**
 * A small system of record for the contract tests: one table of cases with two child tables, in plain SQL.
 *
 * @param schema what stands before a table's name: empty, or a schema and a dot
 * @param national what stands before a text in quotes: empty, or N
 */
record CaseTable(String schema, String national) {
    static final String ROBOT = "ROBOT";

    /** The body of rows that refuse to be anybody's. */
    static final String LOCKED = "LOCKED FINES";

    /** The tables' names, those first that others refer to. */
    List<String> names() {
        return List.of(schema + "cases", schema + "documents", schema + "clients");
    }

    /** The statements that make the tables. */
    List<String> create(String idType, String textType) {
        return List.of(
                "CREATE TABLE " + schema + "cases (case_id " + idType + " NOT NULL PRIMARY KEY, reference " + textType
                        + ", body " + textType + ", kind INTEGER, state INTEGER, assigned_to " + textType
                        + ", client INTEGER, CHECK (assigned_to IS NULL OR body <> '" + LOCKED + "'))",
                "CREATE TABLE " + schema + "documents (id INTEGER NOT NULL PRIMARY KEY, case_id " + idType
                        + ", filename " + textType + ")",
                "CREATE TABLE " + schema + "clients (number INTEGER NOT NULL, tax_id " + textType + ")");
    }

    String insert(Object id, String reference, String body, int kind, int state, String owner) {
        return "INSERT INTO " + schema + "cases (case_id, reference, body, kind, state, assigned_to, client) VALUES ("
                + id + ", "
                + literal(reference) + ", " + literal(body) + ", " + kind + ", " + state + ", " + literal(owner)
                + ", NULL)";
    }

    private String literal(String text) {
        return text == null ? "NULL" : national + "'" + text.replace("'", "''") + "'";
    }

    /** Returns the profile of cases that have got a column {@code due} for their deadline. */
    Profile profileWithDeadline() {
        return Profile.parse(
                profileText("integer").replace("\"idType\":", "\"deadline\": \"due\", \"idType\":"),
                "the contract's profile");
    }

    Profile profile(String idType) {
        return Profile.parse(profileText(idType), "the contract's profile");
    }

    String profileText(String idType) {
        return """
                {"name": "cases", "table": "%scases", "id": "case_id", "idType": "%s", "reference": "reference",
                 "columns": ["case_id", "reference", "body", "kind", "state", "client"],
                 "parameters": {"body": {"setting": "body", "split": "|"},
                                "kinds": {"setting": "kinds", "split": ",", "type": "integer"}},
                 "scope": "body LIKE :body", "free": "state = 0 AND kind IN (:kinds)", "candidates": "reference IS NOT NULL",
                 "owner": "assigned_to", "ours": "kind = 1",
                 "claim": {"kind": 1, "assigned_to": ":claimant"},
                 "release": {"kind": ":original", "assigned_to": null},
                 "children": {"documents": {"table": "%sdocuments", "key": "case_id", "keyType": "%s", "parent": "case_id",
                                            "columns": ["id", "filename"], "orderBy": "id"},
                              "client": {"table": "%sclients", "key": "number", "parent": "client",
                                         "columns": ["tax_id"], "single": true}},
                 "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}}
                """.formatted(schema, idType, schema, idType, schema);
    }

    static Site site(String id, String body) {
        return Site.builder(id)
                .referencePattern("\\d{4}/\\d+")
                .claimant(ROBOT)
                .setting("body", body)
                .setting("kinds", "2,3")
                .build();
    }
}
