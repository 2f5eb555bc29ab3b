package dev.brain.examples.sites;

import static java.util.Objects.requireNonNull;

import dev.brain.payload.ColumnReader;
import dev.brain.text.Folding;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The number of an identity document or a tax id, as forms ask for it: in two parts.
 *
 * @param number all but the last character
 * @param control the last character
 */
record IdentityDocument(String number, String control) {
    private static final Pattern WHOLE = Pattern.compile("[A-Z0-9]{2,}");
    private static final Pattern NIF = Pattern.compile("([0-9]{8}|[XYZ][0-9]{7})[A-Z]");

    public IdentityDocument {
        requireNonNull(number, "number");
        requireNonNull(control, "control");
    }

    /**
     * Returns the two parts in upper case, without blanks at the ends; empty if the text has other characters than
     * letters and digits. Whether the control character is the right one is not looked at.
     *
     * <table>
     * <caption>Examples</caption>
     * <tr><th>text</th><th>number</th><th>control</th></tr>
     * <tr><td>{@code 12345678Z}</td><td>{@code 12345678}</td><td>{@code Z}</td></tr>
     * <tr><td>{@code " y7654321g "}</td><td>{@code Y7654321}</td><td>{@code G}</td></tr>
     * <tr><td>{@code A12345674}</td><td>{@code A1234567}</td><td>{@code 4}</td></tr>
     * <tr><td>{@code 12345678-Z}, {@code 1234?678Z}, {@code Z}</td><td>none</td><td></td></tr>
     * </table>
     */
    static Optional<IdentityDocument> split(String text) {
        String whole = Folding.trim(text).toUpperCase(Locale.ROOT);
        int last = whole.length() - 1;
        return WHOLE.matcher(whole).matches()
                ? Optional.of(new IdentityDocument(whole.substring(0, last), whole.substring(last)))
                : Optional.empty();
    }

    /** Reads a column; a text that is not such a number is a problem of the column. */
    static Optional<IdentityDocument> read(ColumnReader columns, String column) {
        Optional<String> text = columns.text(column);
        Optional<IdentityDocument> document = text.flatMap(IdentityDocument::split);
        if (text.isPresent() && document.isEmpty()) {
            columns.refuse(column, "isn't a document's number: letters and digits only");
        }
        return document;
    }

    /**
     * Returns whether it has the form of a person's number in Spain: {@code 12345678Z}, or {@code Y7654321G} of a
     * foreigner.
     */
    boolean isNif() {
        return NIF.matcher(number + control).matches();
    }

    /** Shows nothing: it is personal data. */
    @Override
    public String toString() {
        return "IdentityDocument";
    }
}
