package dev.brain.sqlserver;

import dev.brain.error.ConfigurationException;
import java.util.Locale;

/** The values of on-off settings, in the spellings of ODBC and of people. */
final class Switches {
    private Switches() {}

    /** Returns whether a setting is on; messages name it by its origin. */
    static boolean isOn(String value, String origin) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "yes", "true", "1" -> true;
            case "no", "false", "0", "" -> false;
            default -> throw new ConfigurationException(origin + " must be yes or no, not '" + value + "'");
        };
    }

    /** Returns what {@link #isOn} does, except that {@code sspi} is also on. */
    static boolean trustedConnection(String value, String origin) {
        return value.equalsIgnoreCase("sspi") || isOn(value, origin);
    }

    /** Returns the driver's {@code encrypt}: {@code true}, {@code false} or {@code strict}. */
    static String encrypt(String value, String origin) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "yes", "true", "1", "mandatory" -> "true";
            case "no", "false", "0", "optional" -> "false";
            case "strict" -> "strict";
            default -> throw new ConfigurationException(origin + " must be yes, no or strict, not '" + value + "'");
        };
    }
}
