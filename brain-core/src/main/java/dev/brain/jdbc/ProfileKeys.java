package dev.brain.jdbc;

import static dev.brain.json.FileKeys.optional;
import static dev.brain.json.FileKeys.required;

import dev.brain.json.FileKeys;
import java.util.List;

/** The keys of a profile file. */
final class ProfileKeys {
    private static final String TEXT = "a text";
    private static final String TEXTS = "a list of texts";
    private static final String OBJECT = "an object";
    private static final String CONDITION = "a SQL condition";
    private static final String ALWAYS = "1 = 1";
    private static final String ID_TYPE = "\"integer\", \"decimal\" or \"text\"";
    private static final String TABLE = "a table's name, also with schema and database";

    static final FileKeys PROFILE = FileKeys.of(
            "",
            required("name", TEXT, "the name that sites use"),
            optional("notes", "any value", "a note for people"),
            required("table", TABLE, "the table"),
            required("id", "a column", "the id; candidates are read in its order"),
            optional("idType", ID_TYPE, "the type that the id is compared as").withDefault("integer"),
            required("reference", "a column", "the human number"),
            optional("deadline", "a column", "the time by which a case must be dealt with"),
            required("columns", TEXTS, "the columns that are read"),
            optional("parameters", OBJECT, "the named parameters of the conditions"),
            optional("scope", CONDITION, "which rows are a site's").withDefault(ALWAYS),
            required("free", CONDITION, "when a row may be claimed"),
            optional("candidates", CONDITION, "when a free row is listed").withDefault(ALWAYS),
            required("owner", "a column", "the holder of a row"),
            optional("ours", CONDITION, "what a held row also meets").withDefault(ALWAYS),
            required("claim", OBJECT, "what a claim sets, by column: a constant, or \":claimant\""),
            optional("release", OBJECT, "what a release sets, by column: a constant, or \":original\""),
            optional("children", OBJECT, "rows of other tables that belong to a resource"),
            optional("payload", OBJECT, "the payload of sites that name no builder"));

    static final FileKeys PARAMETER = FileKeys.of(
            "parameters.NAME",
            required("setting", TEXT, "the site's setting that it is bound from"),
            optional("split", TEXT, "what divides the setting into a list"),
            optional("type", "\"text\" or \"integer\"", "the type of its values")
                    .withDefault("text"),
            optional("default", "a text or a number", "the value for sites without the setting"));

    static final FileKeys CHILD = FileKeys.of(
            "children.NAME",
            required("table", TABLE, "the table"),
            required("key", "a column", "the column that refers to the resource"),
            optional("keyType", ID_TYPE, "the type that it is compared as").withDefault("integer"),
            required("parent", "a column", "the resource's column that it refers to"),
            required("columns", TEXTS, "the columns that are read"),
            optional("orderBy", "a column", "the column that orders a resource's rows; \"key\" without it"),
            optional("single", "true or false", "whether there is at most one row")
                    .withDefault("false"));

    static final FileKeys PAYLOAD = FileKeys.of(
            "payload.KEY",
            optional("column", "a column", "the value of a column"),
            optional("constant", "any value", "a constant"),
            optional("template", TEXT, "a text with columns in braces"),
            optional("value", "a text", "one of id, reference, url, now, claimant and site"),
            optional("children", "the name of a child", "a list with an object for each of its rows"),
            optional("each", "an object like \"payload\"", "the entries of these objects"),
            optional("required", "true or false", "whether a missing value is an incident")
                    .withDefault("false"));

    static final List<FileKeys> ALL = List.of(PROFILE, PARAMETER, CHILD, PAYLOAD);

    private ProfileKeys() {}

    /** Returns the keys of an object with one of the first three kinds, by its path. */
    static FileKeys at(String path) {
        return path.isEmpty() ? PROFILE : path.startsWith("parameters.") ? PARAMETER : CHILD;
    }
}
