package dev.brain.examples.sites;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.config.SettingDefinition;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.payload.ColumnReader;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadContext;
import dev.brain.resource.Resource;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import dev.brain.text.TextTemplate;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the payloads of all three sites have in common; a site adds its own keys. Thread-safe. */
abstract class WorkerPayload implements PayloadBuilder {
    /** The site's setting with the address of an attachment, by its {@code {id}} and {@code {filename}}. */
    static final String ATTACHMENT_URL = "attachment_url";

    /** The settings of all three sites. */
    static final List<SettingDefinition<?>> SETTINGS = List.of(
            SettingDefinition.text(ATTACHMENT_URL, "the address of an attachment, with {id} or {filename}")
                    .required(),
            SettingDefinition.text(Motivos.SETTING, "the name of the file with the texts")
                    .withDefault(Motivos.DEFAULT));

    private static final Set<String> ATTACHMENT = Set.of("id", "filename");
    private static final Pattern EMAIL = Pattern.compile("[^\\s@;,]+@[^\\s@;,]+");
    private static final Pattern PLATE = Pattern.compile("[A-Z0-9-]*");

    private final Set<String> columns;

    /**
     * Creates a builder.
     *
     * @param columns the columns from which the site's own keys are made
     */
    WorkerPayload(String... columns) {
        this.columns = Set.copyOf(List.of(columns));
    }

    @Override
    public final Payload build(Site site, Resource resource, PayloadContext context) {
        ColumnReader reader = ColumnReader.of(resource);
        ColumnReader required = reader.required();
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("idRecurso", required.integer("idRecurso").orElse(null));
        payload.set("adjuntos", attachments(site, reader));
        String reference = Optional.ofNullable(resource.reference()).orElse("");
        if (reference.isEmpty()) {
            reader.refuse("expediente", "is missing");
        }
        payload.put("expediente", reference);
        String subject = required.name("SujetoRecurso").orElse("");
        payload.put("sujeto_recurso", subject);
        String phase = required.name("FaseProcedimiento").orElse("");
        payload.put("fase_procedimiento", phase);
        Payload whole = add(site, new Facts(reference, subject, phase, reader), payload);
        reader.check();
        return whole;
    }

    /**
     * The values, besides columns, that the keys of a site are made from. A missing value was reported before, and is "".
     *
     * @param reference the reference of the resource
     * @param subject {@code sujeto_recurso}
     * @param phase {@code fase_procedimiento}
     * @param columns reads columns and collects problems
     */
    record Facts(String reference, String subject, String phase, ColumnReader columns) {
        /** Returns whether the phase contains one of these keys, ignoring case and accents. */
        boolean isIn(String... keys) {
            return Stream.of(keys).anyMatch(key -> Folding.contains(phase, key));
        }
    }

    /** Adds the site's own keys, and says which procedure is meant. */
    abstract Payload add(Site site, Facts facts, ObjectNode payload);

    /** Checks the other settings of a site, without a resource. */
    void checkSettings(Site site) {}

    @Override
    public final List<Finding> check(Site site, Set<String> present) {
        List<Finding> findings = new ArrayList<>();
        Set<String> missing = new TreeSet<>(columns);
        missing.addAll(List.of("idRecurso", "SujetoRecurso", "FaseProcedimiento"));
        missing.removeAll(present);
        if (!missing.isEmpty()) {
            findings.add(Finding.error(
                    "payload",
                    "the profile doesn't read " + String.join(", ", missing) + "; name one that does, such as "
                            + "recursos-cliente, in the setting \"profile\""));
        }
        try {
            attachmentUrl(site);
            checkSettings(site);
        } catch (BrainException e) {
            findings.add(Finding.error("payload", e.problem()));
        }
        return findings;
    }

    private static ArrayNode attachments(Site site, ColumnReader reader) {
        TextTemplate url = attachmentUrl(site);
        ArrayNode attachments = JsonNodeFactory.instance.arrayNode();
        for (ColumnReader row : reader.children("adjuntos")) {
            Optional<Long> id = row.required().integer("id");
            Optional<String> name = row.required().text("Filename");
            if (id.isPresent() && name.isPresent()) {
                attachments
                        .addObject()
                        .put("id", id.get())
                        .put("filename", name.get())
                        .put(
                                "url",
                                url.render(key -> encoded(key.equals("id") ? String.valueOf(id.get()) : name.get())));
            }
        }
        return attachments;
    }

    /** Returns a value encoded for a path. URLEncoder encodes for forms, in which a blank becomes +. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static TextTemplate attachmentUrl(Site site) {
        String template = site.settings()
                .text(ATTACHMENT_URL)
                .orElseThrow(() -> ConfigurationException.ofSite(
                        site.id(),
                        "it needs the setting \"" + ATTACHMENT_URL
                                + "\": the address of an attachment, with {id} or {filename}"));
        TextTemplate url = TextTemplate.parse(template);
        if (!ATTACHMENT.containsAll(url.placeholders())) {
            throw ConfigurationException.ofSite(
                    site.id(),
                    "the setting \"" + ATTACHMENT_URL + "\" knows {id} and {filename} only, not " + url.placeholders());
        }
        return url;
    }

    /** Blanks out, upper-cased; {@code "."} when neither the case nor its file has one. */
    static String plate(ColumnReader columns) {
        String column = columns.text("Matricula").isPresent() ? "Matricula" : "expediente.matricula";
        String plate = columns.name(column).orElse("").replace(" ", "").toUpperCase(Locale.ROOT);
        if (!PLATE.matcher(plate).matches()) {
            columns.refuse(column, "has other than letters and digits");
        }
        return plate.isEmpty() ? "." : plate;
    }

    /** Returns the first of the client's numbers that is neither blank nor "NULL". */
    static String phone(ColumnReader columns) {
        Optional<String> phone = Stream.of("cliente.movil", "cliente.telefono1", "cliente.telefono2")
                .flatMap(column -> columns.text(column).stream())
                .filter(text -> !text.equalsIgnoreCase("NULL"))
                .findFirst();
        if (phone.isEmpty()) {
            columns.refuse("user_phone", "is missing: neither movil nor telefono1 nor telefono2 has a number");
        }
        return phone.orElse("");
    }

    /** Returns the client's e-mail address. */
    static String email(ColumnReader columns) {
        String email = columns.required().text("cliente.email").orElse("");
        if (!email.isEmpty() && !EMAIL.matcher(email).matches()) {
            columns.refuse("cliente.email", "isn't one address of mail");
        }
        return email;
    }
}
