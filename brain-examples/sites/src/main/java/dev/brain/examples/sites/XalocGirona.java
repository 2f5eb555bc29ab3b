package dev.brain.examples.sites;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.SettingDefinition;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code xaloc_girona}: the reference is the number of the complaint and of the file. */
public final class XalocGirona extends WorkerPayload {
    private static final Pattern REFERENCE = Pattern.compile("\\d{4}/\\d{6}-MUL");

    private final Motivos motivos;

    private XalocGirona(Motivos motivos) {
        super(Stream.of(Stream.of(Mandatario.COLUMNS), Stream.of("Matricula", "expediente.matricula", "cliente.email"))
                .flatMap(columns -> columns)
                .toArray(String[]::new));
        this.motivos = motivos;
    }

    @Override
    Payload add(Site site, Facts facts, ObjectNode payload) {
        if (!facts.reference().isEmpty()
                && !REFERENCE.matcher(facts.reference()).matches()) {
            facts.columns().refuse("expediente", "isn't a reference like 2025/160585-MUL");
        }
        payload.put("user_email", email(facts.columns()));
        payload.put("denuncia_num", facts.reference());
        payload.put("plate_number", plate(facts.columns()));
        payload.put("expediente_num", facts.reference());
        payload.put("motivos", motivos.of(site, facts).whole());
        payload.set("mandatario", Mandatario.of(facts.columns()).json());
        return Payload.of(payload);
    }

    @Override
    void checkSettings(Site site) {
        motivos.texts(site);
    }

    /** Creates it. */
    public static final class Provider implements PayloadBuilder.Provider {
        public Provider() {}

        @Override
        public String name() {
            return "xaloc_girona";
        }

        @Override
        public List<SettingDefinition<?>> settings() {
            return SETTINGS;
        }

        @Override
        public PayloadBuilder create(ProviderContext context) {
            return new XalocGirona(new Motivos(context));
        }
    }
}
