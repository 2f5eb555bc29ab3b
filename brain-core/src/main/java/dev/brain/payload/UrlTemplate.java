package dev.brain.payload;

import dev.brain.error.ConfigurationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address with placeholders in braces, each replaced by a percent-encoded value. Immutable. */
public final class UrlTemplate {
    /** The placeholder for the resource's reference. */
    public static final String REFERENCE = "expediente";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");

    private final String template;

    private UrlTemplate(String template) {
        this.template = template;
    }

    /**
     * Reads a template.
     *
     * @throws ConfigurationException if a brace is left open or closed twice
     */
    public static UrlTemplate parse(String template) {
        String rest = PLACEHOLDER.matcher(template).replaceAll("");
        if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
            throw new ConfigurationException("the URL template '" + template + "' has an unpaired brace");
        }
        return new UrlTemplate(template);
    }

    /** The placeholders' names, in order. */
    public Set<String> placeholders() {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /**
     * The address with these values.
     *
     * @throws PayloadException if a placeholder has no value, or an empty one
     */
    public String render(Function<String, Optional<String>> values) {
        return PLACEHOLDER.matcher(template).replaceAll(match -> {
            String value = values.apply(match.group(1))
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(
                            () -> new PayloadException("the URL template's {" + match.group(1) + "} has no value"));
            // URLEncoder encodes for forms: a blank becomes +, which a path would keep as it is
            return Matcher.quoteReplacement(
                    URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
        });
    }

    @Override
    public String toString() {
        return template;
    }
}
