package dev.brain.sqlserver;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The table hints of the statements. Immutable.
 *
 * @param listing the hints of queries that list rows. By default, they skip rows that are being changed
 * @param claiming the hints of claims and releases. By default, they lock single rows and skip locked ones, so that one
 *     busy row does not delay a batch
 * @param readBack the hints of queries that read the owner of a row. By default, they wait for a change that is under
 *     way even where the database would show the row before the change
 */
record Hints(List<String> listing, List<String> claiming, List<String> readBack) {
    private static final Set<String> KNOWN = Set.of(
            "NOLOCK",
            "PAGLOCK",
            "READCOMMITTED",
            "READCOMMITTEDLOCK",
            "READPAST",
            "READUNCOMMITTED",
            "REPEATABLEREAD",
            "ROWLOCK",
            "FORCESEEK",
            "FORCESCAN",
            "UPDLOCK");

    /** Hints that show what was never committed. */
    private static final Set<String> DIRTY = Set.of("NOLOCK", "READUNCOMMITTED");

    /** Hints that the server takes for reading only. */
    private static final Set<String> NOT_FOR_UPDATES = Set.of("FORCESEEK", "FORCESCAN");

    public Hints {
        listing = checked(listing, "listing");
        claiming = clean(checked(claiming, "claiming"), "claiming");
        claiming.stream().filter(NOT_FOR_UPDATES::contains).findFirst().ifPresent(hint -> {
            throw new ConfigurationException(
                    hint + " is not a hint for claiming: the server refuses it for a table that an update changes");
        });
        readBack = clean(checked(readBack, "reading back"), "reading back");
        if (readBack.contains("READPAST")) {
            throw new ConfigurationException(
                    "READPAST is not a hint for read-backs: a skipped row would count as gone");
        }
    }

    /** Returns the hints that suit a table in which people work all day. */
    public static Hints standard() {
        return new Hints(
                List.of("READPAST", "READCOMMITTEDLOCK"),
                List.of("ROWLOCK", "READPAST", "READCOMMITTEDLOCK"),
                List.of("READCOMMITTEDLOCK"));
    }

    /**
     * Returns the standard hints, or those that {@code SQLSERVER_LIST_HINTS} and {@code SQLSERVER_CLAIM_HINTS} name
     * instead.
     */
    static Hints from(Environment environment) {
        Hints standard = standard();
        return new Hints(
                chosen(environment, "SQLSERVER_LIST_HINTS", standard.listing()),
                chosen(environment, "SQLSERVER_CLAIM_HINTS", standard.claiming()),
                standard.readBack());
    }

    private static List<String> chosen(Environment environment, String variable, List<String> standard) {
        List<String> named = environment.list(variable);
        return named.isEmpty() ? standard : named.equals(List.of("none")) ? List.of() : named;
    }

    private static List<String> checked(List<String> hints, String use) {
        return hints.stream()
                .map(hint -> hint.strip().toUpperCase(Locale.ROOT))
                .peek(hint -> {
                    if (!KNOWN.contains(hint)) {
                        throw new ConfigurationException("'" + hint + "' is not a table hint for " + use
                                + "; known are "
                                + String.join(", ", KNOWN.stream().sorted().toList()));
                    }
                })
                .toList();
    }

    private static List<String> clean(List<String> hints, String use) {
        Stream<String> dirty = hints.stream().filter(DIRTY::contains);
        dirty.findFirst().ifPresent(hint -> {
            throw new ConfigurationException(
                    hint + " is not a hint for " + use + ": it reads changes that may never be committed");
        });
        return hints;
    }

    /** Returns a table with hints. */
    static String on(String table, List<String> hints) {
        return hints.isEmpty() ? table : table + " WITH (" + String.join(", ", hints) + ")";
    }
}
