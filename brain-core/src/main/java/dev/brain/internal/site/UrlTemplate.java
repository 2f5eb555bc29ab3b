package dev.brain.internal.site;

import dev.brain.error.ConfigurationException;
import dev.brain.payload.PayloadException;
import dev.brain.text.TextTemplate;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** An address with placeholders in braces, each replaced by a percent-encoded value. Immutable. */
public final class UrlTemplate {
    /** The placeholder for the resource's reference. */
    public static final String REFERENCE = "expediente";

    private final TextTemplate template;

    private UrlTemplate(TextTemplate template) {
        this.template = template;
    }

    /**
     * Reads a template.
     *
     * @throws ConfigurationException if a brace is left open or closed twice
     */
    public static UrlTemplate parse(String template) {
        return new UrlTemplate(TextTemplate.parse(template));
    }

    /** Returns the names of the placeholders, in order. */
    public Set<String> placeholders() {
        return template.placeholders();
    }

    /**
     * Returns the address with these values.
     *
     * @throws PayloadException if a placeholder has no value, or an empty one
     */
    public String render(Function<String, Optional<String>> values) {
        return template.render(name -> {
            String value = values.apply(name)
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(() -> new PayloadException("the URL template's {" + name + "} has no value"));
            // URLEncoder encodes for forms: a blank becomes +, which a path would keep as it is
            return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
        });
    }

    @Override
    public String toString() {
        return template.toString();
    }
}
