package dev.brain.examples.sites;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.payload.ColumnReader;
import java.util.Locale;
import java.util.Optional;

/**
 * Who is represented: a company or a person.
 *
 * @param document the number of the identity document; its parts are empty if it is missing, which was reported before
 * @param company whether it is a company
 * @param name a company's, else a person's first name
 * @param surname a person's first; "" of a company
 * @param secondSurname "" if there is none
 */
record Mandatario(boolean company, IdentityDocument document, String name, String surname, String secondSurname) {
    /** The columns that it is made from. */
    static final String[] COLUMNS = {
        "cif",
        "Empresa",
        "cliente.nif",
        "cliente.nifempresa",
        "cliente.tipodecliente",
        "cliente.Nombre",
        "cliente.Apellido1",
        "cliente.Apellido2",
        "cliente.Nombrefiscal"
    };

    private static final IdentityDocument NONE = new IdentityDocument("", "");

    Mandatario {
        requireNonNull(document, "document");
    }

    static Mandatario of(ColumnReader columns) {
        String taxId = firstPresent(columns, "cif", "cliente.nifempresa");
        String companyName = firstPresent(columns, "Empresa", "cliente.Nombrefiscal");
        ColumnReader required = columns.required();
        boolean company = isCompany(
                columns,
                columns.text(taxId).isPresent() || columns.text(companyName).isPresent());
        if (company) {
            return new Mandatario(
                    true,
                    IdentityDocument.read(required, taxId).orElse(NONE),
                    upper(required.name(companyName)),
                    "",
                    "");
        }
        return new Mandatario(
                false,
                IdentityDocument.read(required, "cliente.nif").orElse(NONE),
                upper(required.name("cliente.Nombre")),
                upper(required.name("cliente.Apellido1")),
                upper(columns.name("cliente.Apellido2")));
    }

    /** Returns the JSON that the workers' contract requires. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (company) {
            return json.put("tipo_persona", "JURIDICA")
                    .put("cif_documento", document.number())
                    .put("cif_control", document.control())
                    .put("razon_social", name);
        }
        return json.put("tipo_persona", "FISICA")
                .put("tipo_doc", document.isNif() ? "NIF" : "PS")
                .put("doc_numero", document.number())
                .put("doc_control", document.control())
                .put("nombre", name)
                .put("apellido1", surname)
                .put("apellido2", secondSurname);
    }

    /** Returns name and surnames, or the company's name. */
    String fullName() {
        return (name + " " + surname + " " + secondSurname).strip();
    }

    /** Returns whether the client is a company according to its row, if the row says so. */
    private static boolean isCompany(ColumnReader columns, boolean looksLikeOne) {
        Optional<Long> kind = columns.integer("cliente.tipodecliente");
        if (kind.isPresent() && kind.get() != 1 && kind.get() != 2) {
            columns.refuse("cliente.tipodecliente", "must be 1, a person, or 2, a company");
        }
        return kind.map(number -> number == 2).orElse(looksLikeOne);
    }

    /** Returns the text of the first column, or of the second if the first has none. */
    private static String firstPresent(ColumnReader columns, String first, String second) {
        return columns.text(first).isPresent() ? first : second;
    }

    private static String upper(Optional<String> name) {
        return name.orElse("").toUpperCase(Locale.ROOT);
    }

    /** Shows nothing: it is personal data. */
    @Override
    public String toString() {
        return "Mandatario";
    }
}
