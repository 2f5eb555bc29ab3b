package dev.brain.examples.sites;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.SettingDefinition;
import dev.brain.payload.ColumnReader;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code madrid}: two kinds of references, of which one may lack its prefix. */
public final class Madrid extends WorkerPayload {
    private static final Pattern FIRST = Pattern.compile("(?:(\\d{3})/)?(\\d{9})\\.(\\d)");
    private static final Pattern SECOND = Pattern.compile("([A-Z]{3})/(\\d{4})/(\\d{9})");
    private static final Pattern POST_CODE = Pattern.compile("[0-9]{5}");

    private final Motivos motivos;

    private Madrid(Motivos motivos) {
        super(Stream.of(
                        Stream.of(Mandatario.COLUMNS),
                        Stream.of(
                                "Matricula",
                                "expediente.matricula",
                                "cliente.email",
                                "cliente.movil",
                                "cliente.telefono1",
                                "cliente.telefono2",
                                "cliente.calle",
                                "cliente.codpostal",
                                "cliente.poblacion"))
                .flatMap(columns -> columns)
                .toArray(String[]::new));
        this.motivos = motivos;
    }

    @Override
    Payload add(Site site, Facts facts, ObjectNode payload) {
        ColumnReader columns = facts.columns();
        if (facts.isIn("reclamación", "embargo", "apremio")) {
            columns.refuse("FaseProcedimiento", "is a phase that this site doesn't take");
        }
        Mandatario client = Mandatario.of(columns);
        reference(facts, client.company(), payload);
        payload.put("naturaleza", nature(facts));
        Motivos.Text text = motivos.of(site, facts);
        payload.put("expone", text.expone());
        payload.put("solicita", text.solicita());
        payload.put("plate_number", plate(columns));
        String phone = phone(columns);
        payload.put("user_phone", phone);
        String email = email(columns);
        String document = client.document().number() + client.document().control();
        payload.put("representative_name", client.fullName());
        payload.put("representative_document", document);
        payload.put("representative_email", email);
        payload.put("representative_phone", phone);
        payload.put("notif_name", client.fullName());
        payload.put("notif_document", document);
        payload.put("notif_email", email);
        payload.put("notif_street", columns.required().name("cliente.calle").orElse(""));
        payload.put("notif_zip", postCode(columns));
        payload.put("notif_city", columns.required().name("cliente.poblacion").orElse(""));
        return Payload.of(payload);
    }

    @Override
    void checkSettings(Site site) {
        motivos.texts(site);
    }

    private static void reference(Facts facts, boolean company, ObjectNode payload) {
        Matcher first = FIRST.matcher(facts.reference());
        Matcher second = SECOND.matcher(facts.reference());
        if (first.matches()) {
            payload.put("expediente_tipo", "opcion1");
            payload.put("expediente_nnn", first.group(1) == null ? prefix(facts, company) : first.group(1));
            payload.put("expediente_eeeeeeeee", first.group(2));
            payload.put("expediente_d", first.group(3));
        } else if (second.matches()) {
            payload.put("expediente_tipo", "opcion2");
            payload.put("expediente_lll", second.group(1));
            payload.put("expediente_aaaa", second.group(2));
            payload.put("expediente_exp_num", second.group(3));
        } else if (!facts.reference().isEmpty()) {
            facts.columns().refuse("expediente", "isn't a reference like 911/102532229.3 or MSA/2025/123456789");
        }
    }

    private static String prefix(Facts facts, boolean company) {
        boolean early = facts.isIn("identificación", "denuncia");
        boolean late = facts.isIn("sanción", "resolución");
        if (early == late) {
            facts.columns().refuse("expediente", "has no prefix, and the phase doesn't tell which");
        }
        if (early) {
            return company ? "911" : "912";
        }
        return company ? "931" : "935";
    }

    private static String nature(Facts facts) {
        if (facts.isIn("identificación")) {
            return "I";
        }
        return facts.isIn("sanción", "resolución sancionadora") ? "R" : "A";
    }

    /** Five digits: a column of numbers has lost a leading zero. */
    private static String postCode(ColumnReader columns) {
        String code = columns.required().text("cliente.codpostal").orElse("");
        if (!code.isEmpty() && !POST_CODE.matcher(code).matches()) {
            columns.refuse("cliente.codpostal", "isn't five digits");
        }
        return code;
    }

    /** Creates it. */
    public static final class Provider implements PayloadBuilder.Provider {
        public Provider() {}

        @Override
        public String name() {
            return "madrid";
        }

        @Override
        public List<SettingDefinition<?>> settings() {
            return SETTINGS;
        }

        @Override
        public PayloadBuilder create(ProviderContext context) {
            return new Madrid(new Motivos(context));
        }
    }
}
