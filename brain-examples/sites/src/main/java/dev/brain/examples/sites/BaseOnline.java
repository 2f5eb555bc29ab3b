package dev.brain.examples.sites;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.SettingDefinition;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code base_online}: the phase decides the procedure. */
public final class BaseOnline extends WorkerPayload {
    private static final DateTimeFormatter DAY_FIRST = DateTimeFormatter.ofPattern("dd/MM/uuuu", Locale.ROOT);
    private static final Pattern REFERENCE = Pattern.compile("(\\d{1,5})-(\\d{4})/(\\d{1,6})-(?:GIM|EXE)");

    private BaseOnline() {
        super("expediente.dia", "cliente.movil", "cliente.telefono1", "cliente.telefono2");
    }

    @Override
    Payload add(Site site, Facts facts, ObjectNode payload) {
        Matcher parts = REFERENCE.matcher(facts.reference());
        if (parts.matches()) {
            payload.put("expediente_id_ens", Integer.parseInt(parts.group(1)));
            payload.put("expediente_any", Integer.parseInt(parts.group(2)));
            payload.put("expediente_num", Integer.parseInt(parts.group(3)));
        } else if (!facts.reference().isEmpty()) {
            facts.columns().refuse("expediente", "isn't a reference like 43150-2026/3320-GIM or 1-2025/27474-EXE");
        }
        payload.put(
                "data_denuncia",
                facts.columns()
                        .required()
                        .date("expediente.dia")
                        .map(DAY_FIRST::format)
                        .orElse(""));
        payload.put("user_phone", phone(facts.columns()));
        return new Payload(payload, protocol(facts));
    }

    private static String protocol(Facts facts) {
        if (facts.isIn("identificación")) {
            return "P1";
        }
        return facts.isIn("denuncia", "propuesta", "subsanación", "alegaciones") ? "P2" : "P3";
    }

    /** Creates it. */
    public static final class Provider implements PayloadBuilder.Provider {
        public Provider() {}

        @Override
        public String name() {
            return "base_online";
        }

        @Override
        public List<SettingDefinition<?>> settings() {
            return SETTINGS;
        }

        @Override
        public PayloadBuilder create(ProviderContext context) {
            return new BaseOnline();
        }
    }
}
