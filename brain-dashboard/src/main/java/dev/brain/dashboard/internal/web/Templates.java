package dev.brain.dashboard.internal.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.util.Map;

/** The compiled templates of {@code src/main/jte}. The engine escapes every value for the place where it stands. */
final class Templates {
    private final TemplateEngine engine = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Templates.class.getClassLoader(), "dev.brain.dashboard.internal.template");

    /** Returns the page of a template with the parameters {@code view} and {@code model}. */
    byte[] render(String template, View view, Object model) {
        Utf8ByteOutput output = new Utf8ByteOutput();
        engine.render(template + ".jte", Map.of("view", view, "model", model), output);
        return output.toByteArray();
    }
}
