package dev.brain.examples.sites;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.Environment;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadContext;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An invented resource with all that the sites read, of which a test changes what it is about. */
final class Recurso {
    static final String BASE_URL = "http://intranet.example/adjuntos/{id}/{filename}";

    private final Map<String, Object> columns = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Object>>> children = new LinkedHashMap<>();
    private String reference;

    private Recurso(String reference, String phase) {
        this.reference = reference;
        set("idRecurso", new BigDecimal("89157.0"));
        set("SujetoRecurso", "\u00A0Fulana\u00A0Inventádez ");
        set("FaseProcedimiento", phase);
        set("Empresa", "");
        set("cif", " ");
        set("Matricula", "1234 bbb");
        set("cliente.nif", "12345678z ");
        set("cliente.nifempresa", null);
        set("cliente.tipodecliente", 1L);
        set("cliente.Nombre", "Fulana");
        set("cliente.Apellido1", "Inventádez");
        set("cliente.Apellido2", "\u00A0");
        set("cliente.Nombrefiscal", null);
        set("cliente.calle", "Calle Ficticia 1");
        set("cliente.codpostal", "00000");
        set("cliente.poblacion", "Vilainventada");
        set("cliente.email", "fulana@example.invalid");
        set("cliente.movil", "NULL");
        set("cliente.telefono1", " ");
        set("cliente.telefono2", 600_000_001L);
        set("expediente.matricula", null);
        set("expediente.dia", LocalDateTime.of(2026, 1, 2, 12, 50, 32));
        children.put("adjuntos", new ArrayList<>());
    }

    static Recurso of(String reference, String phase) {
        return new Recurso(reference, phase);
    }

    static Recurso xaloc() {
        return of("2025/160585-MUL", "Denuncia");
    }

    static Recurso madrid() {
        return of("911/102532229.3", "Denuncia");
    }

    static Recurso base() {
        return of("43150-2026/3320-GIM", "Denuncia");
    }

    Recurso set(String column, Object value) {
        columns.put(column, value);
        return this;
    }

    Recurso without(String column) {
        columns.remove(column);
        return this;
    }

    Recurso reference(String reference) {
        this.reference = reference;
        return this;
    }

    /** As a company's. */
    Recurso company() {
        return set("cif", "a12345674").set("Empresa", "Mudanzas Ficción, S.L.").set("cliente.tipodecliente", 2L);
    }

    Recurso attachment(Object id, String name) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", id);
        row.put("Filename", name);
        children.get("adjuntos").add(row);
        return this;
    }

    Recurso withoutAttachments() {
        children.clear();
        return this;
    }

    /** The payload by the site's builder, with the texts in a folder, or the plug-in's where it has none. */
    Payload payload(PayloadBuilder.Provider provider, Path home) {
        Resource resource = new Resource(new ResourceId("89157"), reference, columns, Map.copyOf(children));
        return builder(provider, home)
                .build(
                        site(provider.name()),
                        resource,
                        new PayloadContext(new Claimant("BOT"), Instant.parse("2026-01-07T08:00:00Z"), null));
    }

    ObjectNode content(PayloadBuilder.Provider provider) {
        return payload(provider, Path.of("none")).content();
    }

    static PayloadBuilder builder(PayloadBuilder.Provider provider, Path home) {
        return provider.create(new ProviderContext(
                Environment.of(Map.of("BRAIN_HOME", home.toString())),
                Clock.systemUTC(),
                List.of(Recurso.class.getClassLoader())));
    }

    static Site site(String id) {
        return Site.builder(id).payload(id).setting("attachment_url", BASE_URL).build();
    }
}
