package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table's name as people write it: parts with dots between them. A part that holds a dot, a bracket or a quote,
 * or has a blank at an end, stands in brackets, double quotes or backticks, and doubles the one that would close it.
 */
public final class QualifiedName {
    private static final Pattern PART = Pattern.compile("\\[([^\\]]*(?:\\]\\][^\\]]*)*+)\\]"
            + "|\"([^\"]*(?:\"\"[^\"]*)*+)\"|`([^`]*(?:``[^`]*)*+)`|([^.\\[\\]\"`]*)");

    private QualifiedName() {}

    /**
     * Returns the name's parts, without what quotes them.
     *
     * @throws ConfigurationException if a quote is left open, or something stands beside it
     */
    public static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        Matcher part = PART.matcher(name);
        int at = 0;
        do {
            part.region(at, name.length());
            if (!part.lookingAt()
                    || (part.end() < name.length() && name.charAt(part.end()) != '.')
                    || (part.group(4) != null
                            && !part.group(4).equals(part.group(4).strip()))) {
                throw new ConfigurationException("'" + name + "' can't be read as the name of a table: a part that"
                        + " holds a dot, a bracket or a quote, or has a blank at an end, stands in brackets, as in"
                        + " schema.[a.b]; a ] within is written ]]");
            }
            parts.add(unquoted(part));
            at = part.end() + 1;
        } while (at <= name.length());
        return parts;
    }

    private static String unquoted(Matcher part) {
        if (part.group(1) != null) {
            return part.group(1).replace("]]", "]");
        }
        if (part.group(2) != null) {
            return part.group(2).replace("\"\"", "\"");
        }
        return part.group(3) != null ? part.group(3).replace("``", "`") : part.group(4);
    }
}
