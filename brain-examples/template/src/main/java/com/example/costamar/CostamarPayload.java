package com.example.costamar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.payload.ColumnReader;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadContext;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.Resource;
import dev.brain.site.Site;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells a worker what it types into Costamar's form. */
public final class CostamarPayload implements PayloadBuilder {
    private static final Pattern REFERENCE = Pattern.compile("CM-(\\d{4})/(\\d{5})");

    @Override
    public Payload build(Site site, Resource resource, PayloadContext context) {
        ColumnReader columns = ColumnReader.of(resource);
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("idRecurso", columns.required().integer("idRecurso").orElse(null));
        payload.put("sujeto_recurso", columns.required().name("SujetoRecurso").orElse(null));
        payload.put("fase_procedimiento", columns.text("FaseProcedimiento").orElse(null));
        Matcher reference = REFERENCE.matcher(columns.required().text("Expedient").orElse(""));
        if (reference.matches()) {
            payload.put("expediente_any", Integer.parseInt(reference.group(1)));
            payload.put("expediente_num", Integer.parseInt(reference.group(2)));
        } else {
            columns.refuse("Expedient", "isn't like CM-2026/00001");
        }
        columns.check();
        return Payload.of(payload);
    }

    /** What the services file names, and a site calls by its name. */
    public static final class Provider implements PayloadBuilder.Provider {
        @Override
        public String name() {
            return "costamar";
        }

        @Override
        public PayloadBuilder create(ProviderContext context) {
            return new CostamarPayload();
        }
    }
}
