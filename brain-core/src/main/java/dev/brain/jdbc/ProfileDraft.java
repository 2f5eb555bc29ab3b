package dev.brain.jdbc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.TableCatalogue.Column;
import dev.brain.jdbc.TableCatalogue.Reference;
import dev.brain.text.Folding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A profile that the catalogue of a database suggests for a table. It claims nothing until a person has written its
 * {@code free} condition.
 *
 * @param profile a profile that can be read, with what is still open in its {@code notes}
 * @param decisions what a person must decide or confirm, in the order of the profile's keys
 */
public record ProfileDraft(ObjectNode profile, List<Decision> decisions) {
    /** The condition that holds for no row. */
    private static final String NOTHING = "1 = 0";

    /** The columns of these kinds, by words that their names contain in English, Spanish and Catalan; the best first. */
    private static final List<String> OWNER = List.of(
            "usuario_asignado",
            "usuari_assignat",
            "assigned_to",
            "asignado",
            "assignat",
            "assigned",
            "assignee",
            "owner",
            "tramitador",
            "responsable",
            "gestor",
            "claimed_by",
            "usuario",
            "usuari",
            "user");

    private static final List<String> REFERENCE = List.of(
            "num_expediente",
            "numero_expediente",
            "num_expedient",
            "expediente",
            "expedient",
            "referencia",
            "reference",
            "case_number",
            "num_ref",
            "numero",
            "number",
            "codigo",
            "codi",
            "code",
            "ref");
    private static final List<String> STATE =
            List.of("estado", "estat", "state", "status", "situacion", "situacio", "fase", "phase");
    private static final List<String> ID = List.of("id");

    public ProfileDraft {
        decisions = List.copyOf(decisions);
    }

    /**
     * What a person must look at.
     *
     * @param key the profile's key
     * @param guess whether the draft has a guess for it; otherwise it has a placeholder
     * @param text what to decide
     */
    public record Decision(String key, boolean guess, String text) {
        @Override
        public String toString() {
            return key + (guess ? " (guess): " : ": ") + text;
        }
    }

    /**
     * Drafts the profile of a table. Reads the catalogue only, not the table's rows.
     *
     * @param name what sites will call the profile by
     * @param table the table's name, as in a profile
     * @throws ConfigurationException if there is no such table
     */
    public static ProfileDraft of(Database database, String name, String table) {
        List<String> parts = QualifiedName.parts(table);
        return new JdbcRunner(database).read("read the catalogue of the table " + table, session -> {
            TableCatalogue catalogue = TableCatalogue.read(session.connection(), parts);
            if (catalogue.columns().isEmpty()) {
                List<String> alike = TableCatalogue.alike(session.connection(), parts);
                throw new ConfigurationException("there is no table '" + table + "' that the login can see in "
                        + database.location() + ": name it as the database shows it"
                        + (alike.isEmpty() ? "" : ", " + String.join(" or ", alike)));
            }
            return new Drafting(catalogue, database.dialect()).draft(name, table);
        });
    }

    /** Collects the decisions of one draft. */
    private static final class Drafting {
        private final TableCatalogue catalogue;
        private final Dialect dialect;
        private final List<Decision> decisions = new ArrayList<>();

        Drafting(TableCatalogue catalogue, Dialect dialect) {
            this.catalogue = catalogue;
            this.dialect = dialect;
        }

        ProfileDraft draft(String name, String table) {
            ObjectNode profile = JsonNodeFactory.instance.objectNode().put("name", name);
            ArrayNode notes = profile.putArray("notes");
            profile.put("table", table);
            Column id = id();
            profile.put("id", id.name()).put("idType", idType(id));
            String reference = guessed("reference", "the column with the human number", REFERENCE, Column::isText);
            profile.put("reference", reference);
            ArrayNode columns = profile.putArray("columns");
            catalogue.columns().stream()
                    .filter(column -> !column.isBytes())
                    .forEach(column -> columns.add(column.name()));
            add("columns", true, "take out what neither the conditions nor the payload need, above all personal data");
            String owner = guessed("owner", "the column that names the holder of a row", OWNER, Column::isText);
            Optional<Column> state = best(STATE, column -> true);
            profile.put("scope", "1 = 1");
            add("scope", false, "which rows are a site's, if a site does not have all of them; with \"parameters\"");
            profile.put("free", NOTHING);
            add(
                    "free",
                    false,
                    "when a row may be claimed; nothing is claimed until this is written. For example: "
                            + free(owner, state));
            profile.put("owner", owner);
            profile.put("ours", "1 = 1");
            add(
                    "ours",
                    false,
                    "what a held row also meets"
                            + state.map(found -> ", for example a value of " + found.name())
                                    .orElse(""));
            profile.putObject("claim").put(owner, Profile.CLAIMANT);
            add(
                    "claim",
                    true,
                    "what else a claim sets"
                            + state.map(found -> ": a value of " + found.name() + "?")
                                    .orElse(""));
            profile.putObject("release").put(owner, Profile.ORIGINAL);
            add("release", true, "what a release restores: every column that the claim sets");
            children();
            ObjectNode payload = profile.putObject("payload");
            payload.putObject("id").put("value", "id");
            payload.putObject("reference").put("value", "reference");
            add("payload", true, "what the workers need, by the keys that they expect");
            decisions.forEach(decision -> notes.add(decision.toString()));
            return new ProfileDraft(profile, decisions);
        }

        private void add(String key, boolean guess, String text) {
            decisions.add(new Decision(key, guess, text));
        }

        private Column id() {
            if (catalogue.primaryKey().size() == 1) {
                return catalogue.column(catalogue.primaryKey().get(0)).orElseThrow();
            }
            Optional<Column> unique = catalogue.columns().stream()
                    .filter(column -> catalogue.isUnique(column.name()))
                    .filter(column -> !column.nullable())
                    .findFirst();
            Column found = unique.or(() -> best(ID, column -> true))
                    .orElse(catalogue.columns().get(0));
            add(
                    "id",
                    true,
                    (catalogue.primaryKey().isEmpty()
                                    ? "the table has no primary key"
                                    : "the primary key has "
                                            + catalogue.primaryKey().size() + " columns ("
                                            + String.join(", ", catalogue.primaryKey()) + ")")
                            + ", and Brain needs one column that is different in every row; "
                            + found.name() + (unique.isPresent() ? " is unique" : " may not be unique"));
            return found;
        }

        private String idType(Column id) {
            if (id.isBytes() || !(id.isText() || id.isNumber())) {
                add(
                        "idType",
                        false,
                        id.name() + " is " + id.typeName()
                                + ", which Brain cannot use as an id: name another column, or a view that turns it into text");
            }
            return id.isWholeNumber() ? "integer" : id.isNumber() ? "decimal" : "text";
        }

        /** Returns the column whose name fits; a placeholder, which no table has, if none fits. */
        private String guessed(String key, String meaning, List<String> words, Predicate<Column> fits) {
            Optional<Column> found = best(words, fits);
            add(
                    key,
                    found.isPresent(),
                    meaning
                            + found.map(column -> " seems to be " + column.name())
                                    .orElse("; no column's name suggests it"));
            return found.map(Column::name).orElse("CHOOSE_" + key.toUpperCase(Locale.ROOT));
        }

        private Optional<Column> best(List<String> words, Predicate<Column> fits) {
            Optional<Column> exact = words.stream()
                    .flatMap(word -> catalogue.columns().stream()
                            .filter(fits)
                            .filter(column -> words(column.name()).equals(word.replace("_", " "))))
                    .findFirst();
            return exact.or(() -> words.stream()
                    .flatMap(word -> catalogue.columns().stream()
                            .filter(fits)
                            .filter(column -> contains(words(column.name()), word.replace("_", " "))))
                    .findFirst());
        }

        private static boolean contains(String name, String words) {
            List<String> all = Arrays.asList(name.split(" "));
            List<String> some = Arrays.asList(words.split(" "));
            return Collections.indexOfSubList(all, some) >= 0;
        }

        /** Returns the words of {@code UsuarioAsignado}, {@code usuario_asignado} or {@code USUARIO ASIGNADO}. */
        private static String words(String name) {
            return Folding.fold(name.replaceAll("(?<=[a-z\\d])(?=[A-Z])", " ").replaceAll("[^\\p{L}\\d]+", " "))
                    .strip();
        }

        private String free(String owner, Optional<Column> state) {
            String unowned = catalogue.column(owner).isPresent()
                    ? dialect.quote(owner) + " IS NULL"
                    : "the owner's column is null";
            return state.map(column -> dialect.quote(column.name()) + " = … AND ")
                            .orElse("")
                    + unowned;
        }

        private void children() {
            Set<String> parents = catalogue.columns().stream().map(Column::name).collect(Collectors.toSet());
            List<Reference> references = catalogue.references().stream()
                    .filter(reference -> parents.contains(reference.parent()))
                    .toList();
            if (!references.isEmpty()) {
                add(
                        "children",
                        false,
                        "tables that refer to this one, if the payload needs their rows: "
                                + references.stream()
                                        .map(reference -> String.join(".", reference.table()) + " (key "
                                                + reference.key() + ", parent " + reference.parent() + ")")
                                        .collect(Collectors.joining(", ")));
            }
        }
    }
}
