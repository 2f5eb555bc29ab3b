package dev.brain.sqlite;

import dev.brain.error.ConfigurationException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the two tables are called; SQL is written with {@code $queue} and {@code $sites} in their place.
 *
 * @param queue a plain identifier
 * @param sites another one
 */
record Names(String queue, String sites) {
    static final String INCIDENTS = "brain_incident";

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,59}");

    static final Names DEFAULT = new Names("tramite_queue", "organismo_config");

    Names {
        check(queue);
        check(sites);
        if (queue.equalsIgnoreCase(sites)) {
            throw new ConfigurationException("the queue and the sites can't share the table '" + queue + "'");
        }
    }

    String in(String sql) {
        return sql.replace("$queue", queue).replace("$sites", sites);
    }

    private static void check(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        if (!IDENTIFIER.matcher(name).matches() || folded.startsWith("sqlite_") || folded.equals(INCIDENTS)) {
            throw new ConfigurationException("'" + name
                    + "' can't be a table's name here: use up to 60 letters, digits and '_', not starting with a digit,"
                    + " nor with 'sqlite_', and not '" + INCIDENTS + "'");
        }
    }
}
