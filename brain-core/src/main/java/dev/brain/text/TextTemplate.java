package dev.brain.text;

import dev.brain.error.ConfigurationException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with names in braces, which are replaced by values. Immutable.
 *
 * <table>
 * <caption>With {@code name → N° 1} as its only value</caption>
 * <tr><th>template</th><th>text</th></tr>
 * <tr><td><code>Case {name}.</code></td><td>{@code Case N° 1.}</td></tr>
 * <tr><td><code>{name}/{name}</code></td><td>{@code N° 1/N° 1}</td></tr>
 * <tr><td>{@code no name}</td><td>{@code no name}</td></tr>
 * <tr><td><code>{name}, {other}</code></td><td>what the caller makes of {@code other}</td></tr>
 * <tr><td><code>{name, name}</code></td><td>refused when it is read</td></tr>
 * </table>
 *
 * @stability stable
 */
public final class TextTemplate {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");

    private final String template;

    private TextTemplate(String template) {
        this.template = template;
    }

    /**
     * Reads a template.
     *
     * @throws ConfigurationException if a brace is left open or closed twice
     */
    public static TextTemplate parse(String template) {
        String rest = PLACEHOLDER.matcher(template).replaceAll("");
        if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
            throw new ConfigurationException("the template '" + template + "' has an unpaired brace");
        }
        return new TextTemplate(template);
    }

    /** Returns the names in braces, in order. */
    public Set<String> placeholders() {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** Returns the text with these values. Braces in a value have no meaning. */
    public String render(UnaryOperator<String> values) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(values.apply(match.group(1))));
    }

    @Override
    public String toString() {
        return template;
    }
}
