package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table's name, with its parts separated by dots. A part that contains a dot, a bracket or a quote, or that begins or
 * ends with a blank, is enclosed in brackets, double quotes or backticks, and doubles the closing character.
 */
public final class QualifiedName {
    private static final Pattern PART = Pattern.compile("\\[([^\\]]*(?:\\]\\][^\\]]*)*+)\\]"
            + "|\"([^\"]*(?:\"\"[^\"]*)*+)\"|`([^`]*(?:``[^`]*)*+)`|([^.\\[\\]\"`]*)");

    private QualifiedName() {}

    /**
     * Returns the name's parts without their quotes.
     *
     * @throws ConfigurationException if a quote is not closed, or text follows it
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
                throw new ConfigurationException(
                        "'" + name + "' can't be read as the name of a table: enclose a part that"
                                + " contains a dot, a bracket, a quote or a blank at an end in brackets, as in"
                                + " schema.[a.b]; write ] within it as ]]");
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
