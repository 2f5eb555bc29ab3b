package dev.brain.sqlserver;

import dev.brain.error.ConfigurationException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads {@code KEY=VALUE;KEY={VALUE};…}; a message contains only positions and keys, because any value may be a secret. */
final class OdbcString {
    private final String text;
    private final String origin;
    private int at;

    private OdbcString(String text, String origin) {
        this.text = text;
        this.origin = origin;
    }

    /**
     * Returns the values by key, in lower case. The first value of a repeated key counts, as for the ODBC driver manager.
     *
     * @param origin where the text comes from, for messages
     * @throws ConfigurationException if it isn't such a string
     */
    static Map<String, String> parse(String text, String origin) {
        return new OdbcString(text, origin).parts();
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        for (int number = 1; ; number++) {
            skipBlanksAnd(";");
            if (at == text.length()) {
                return parts;
            }
            int equals = text.indexOf('=', at);
            int end = text.indexOf(';', at);
            if (equals < 0 || (end >= 0 && end < equals)) {
                throw wrong("its part " + number
                        + " is not KEY=VALUE; enclose a value with a semicolon in braces: PWD={…}");
            }
            String key = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            if (key.isEmpty()) {
                throw wrong("its part " + number + " has no key before the =");
            }
            at = equals + 1;
            skipBlanksAnd("");
            parts.putIfAbsent(key, at < text.length() && text.charAt(at) == '{' ? braced(key) : plain());
        }
    }

    private String plain() {
        int end = text.indexOf(';', at);
        String value = text.substring(at, end < 0 ? text.length() : end);
        at += value.length();
        return value.strip();
    }

    private String braced(String key) {
        StringBuilder value = new StringBuilder();
        at++;
        while (true) {
            int brace = text.indexOf('}', at);
            if (brace < 0) {
                throw wrong("the brace behind " + key.toUpperCase(Locale.ROOT)
                        + "= is never closed; a } within a value is written }}");
            }
            value.append(text, at, brace);
            at = brace + 1;
            if (at < text.length() && text.charAt(at) == '}') {
                value.append('}');
                at++;
                continue;
            }
            skipBlanksAnd("");
            if (at < text.length() && text.charAt(at) != ';') {
                throw wrong("after the closing brace of " + key.toUpperCase(Locale.ROOT)
                        + "= there must be a semicolon; a } within a value is written }}");
            }
            return value.toString();
        }
    }

    private void skipBlanksAnd(String further) {
        while (at < text.length()
                && (Character.isWhitespace(text.charAt(at)) || further.indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
    }

    private ConfigurationException wrong(String what) {
        return new ConfigurationException(origin + " can't be read as an ODBC connection string: " + what);
    }
}
