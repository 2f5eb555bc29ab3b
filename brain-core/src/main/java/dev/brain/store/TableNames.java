package dev.brain.store;

import dev.brain.error.ConfigurationException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of the two tables that other programs use too.
 *
 * @param queue a plain identifier
 * @param sites a plain identifier
 */
public record TableNames(String queue, String sites) {
    static final String INCIDENTS = "brain_incident";
    static final String SITE_STATES = "brain_site";
    static final String TASK_STARTS = "brain_task_start";
    static final String STEPS = "brain_step";
    static final String HISTORY = "brain_history";
    static final String NOTIFICATIONS = "brain_notification";
    static final String CYCLES = "brain_cycle";

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,59}");
    private static final Set<String> OWN =
            Set.of(INCIDENTS, SITE_STATES, TASK_STARTS, STEPS, HISTORY, NOTIFICATIONS, CYCLES);

    /** The names that the other programs know. */
    public static final TableNames DEFAULT = new TableNames("tramite_queue", "organismo_config");

    public TableNames {
        check(queue);
        check(sites);
        if (queue.equalsIgnoreCase(sites)) {
            throw new ConfigurationException("the queue and the sites can't share the table '" + queue + "'");
        }
    }

    /** Returns a statement with these names. */
    public String in(String sql) {
        return sql.replace("$queue", queue).replace("$sites", sites);
    }

    private static void check(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        if (!IDENTIFIER.matcher(name).matches() || folded.startsWith("sqlite_") || OWN.contains(folded)) {
            throw new ConfigurationException("'" + name
                    + "' can't be a table's name here: use up to 60 letters, digits and '_', not starting with a digit,"
                    + " nor with 'sqlite_', and not '" + INCIDENTS + "'");
        }
    }
}
