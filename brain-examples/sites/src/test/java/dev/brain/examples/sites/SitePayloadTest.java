package dev.brain.examples.sites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadBuilder;
import dev.brain.payload.PayloadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole contract of each site: what is built, to the last key, and what is refused. */
class SitePayloadTest {
    private static final PayloadBuilder.Provider XALOC = new XalocGirona.Provider();
    private static final PayloadBuilder.Provider MADRID = new Madrid.Provider();
    private static final PayloadBuilder.Provider BASE = new BaseOnline.Provider();
    private static final Path NOWHERE = Path.of("none");

    @Test
    void xalocGironaGetsExactlyItsContract() {
        assertJson(Recurso.xaloc().attachment(7L, "denuncia 1.pdf").payload(XALOC, NOWHERE), """
                {"idRecurso": 89157,
                 "adjuntos": [{"id": 7, "filename": "denuncia 1.pdf",
                               "url": "http://intranet.example/adjuntos/7/denuncia%201.pdf"}],
                 "expediente": "2025/160585-MUL", "sujeto_recurso": "Fulana Inventádez",
                 "fase_procedimiento": "Denuncia", "user_email": "fulana@example.invalid",
                 "denuncia_num": "2025/160585-MUL", "plate_number": "1234BBB", "expediente_num": "2025/160585-MUL",
                 "motivos": "ASUNTO: Alegaciones a la denuncia del expediente 2025/160585-MUL\\n\\nEXPONE: Que Fulana \
                Inventádez no está conforme con los hechos denunciados, por los motivos que constan en los documentos \
                adjuntos.\\n\\nSOLICITA: Que se admitan las alegaciones y se archive el expediente 2025/160585-MUL.",
                 "mandatario": {"tipo_persona": "FISICA", "tipo_doc": "NIF", "doc_numero": "12345678",
                                "doc_control": "Z", "nombre": "FULANA", "apellido1": "INVENTÁDEZ", "apellido2": ""}}
                """);
    }

    @Test
    void madridGetsExactlyItsContract() {
        assertJson(Recurso.madrid().payload(MADRID, NOWHERE), """
                {"idRecurso": 89157, "adjuntos": [], "expediente": "911/102532229.3",
                 "sujeto_recurso": "Fulana Inventádez", "fase_procedimiento": "Denuncia",
                 "expediente_tipo": "opcion1", "expediente_nnn": "911", "expediente_eeeeeeeee": "102532229",
                 "expediente_d": "3", "naturaleza": "A",
                 "expone": "Que Fulana Inventádez no está conforme con los hechos denunciados, por los motivos que \
                constan en los documentos adjuntos.",
                 "solicita": "Que se admitan las alegaciones y se archive el expediente 911/102532229.3.",
                 "plate_number": "1234BBB", "user_phone": "600000001",
                 "representative_name": "FULANA INVENTÁDEZ", "representative_document": "12345678Z",
                 "representative_email": "fulana@example.invalid", "representative_phone": "600000001",
                 "notif_name": "FULANA INVENTÁDEZ", "notif_document": "12345678Z",
                 "notif_email": "fulana@example.invalid", "notif_street": "Calle Ficticia 1", "notif_zip": "00000",
                 "notif_city": "Vilainventada"}
                """);
    }

    @Test
    void theOtherReferenceOfMadridHasItsOwnKeys() {
        assertThat(Recurso.madrid()
                        .reference("MSA/2025/123456789")
                        .content(MADRID)
                        .properties())
                .filteredOn(entry -> entry.getKey().startsWith("expediente_"))
                .extracting(entry -> entry.getKey() + "=" + entry.getValue().textValue())
                .containsExactly(
                        "expediente_tipo=opcion2",
                        "expediente_lll=MSA",
                        "expediente_aaaa=2025",
                        "expediente_exp_num=123456789");
    }

    @Test
    void baseOnlineGetsExactlyItsContract() {
        Payload payload = Recurso.base().payload(BASE, NOWHERE);

        assertThat(payload.protocol()).isEqualTo("P2");
        assertJson(payload, """
                {"idRecurso": 89157, "adjuntos": [], "expediente": "43150-2026/3320-GIM",
                 "sujeto_recurso": "Fulana Inventádez", "fase_procedimiento": "Denuncia",
                 "expediente_id_ens": 43150, "expediente_any": 2026, "expediente_num": 3320,
                 "data_denuncia": "02/01/2026", "user_phone": "600000001"}
                """);
    }

    @Test
    void theOtherReferenceOfBaseOnlineIsReadAlike() {
        assertThat(Recurso.base().reference("1-2025/27474-EXE").content(BASE).properties())
                .filteredOn(entry -> entry.getKey().startsWith("expediente_"))
                .extracting(entry -> entry.getValue().intValue())
                .containsExactly(1, 2025, 27474);
    }

    @ParameterizedTest
    @CsvSource({
        "Identificación del conductor, P1",
        "IDENTIFICACION tras denuncia, P1",
        "Denuncia, P2",
        "Propuesta de resolución, P2",
        "Subsanación, P2",
        "subsanacion, P2",
        "Alegaciones, P2",
        "Sanción, P3",
        "Providencia de apremio, P3",
    })
    void thePhaseDecidesTheProcedureOfBaseOnline(String phase, String protocol) {
        assertThat(Recurso.of("1-2025/27474-EXE", phase).payload(BASE, NOWHERE).protocol())
                .isEqualTo(protocol);
    }

    @ParameterizedTest
    @CsvSource({
        "Identificación, true, 911, I",
        "Identificación, false, 912, I",
        "DENUNCIA, true, 911, A",
        "Denuncia, false, 912, A",
        "Sanción, true, 931, R",
        "Sancion, false, 935, R",
        "Propuesta de resolución, true, 931, A",
        "Resolución sancionadora, false, 935, R",
    })
    void aReferenceOfMadridWithoutPrefixGetsOneByPhase(String phase, boolean company, String prefix, String nature) {
        Recurso recurso = Recurso.of("102532229.3", phase);

        ObjectNode payload = (company ? recurso.company() : recurso).content(MADRID);

        assertThat(payload.get("expediente_nnn").textValue()).isEqualTo(prefix);
        assertThat(payload.get("naturaleza").textValue()).isEqualTo(nature);
    }

    @ParameterizedTest
    @MethodSource
    void theClientIsACompanyOrAPerson(UnaryOperator<Recurso> change, String mandatario) throws Exception {
        assertThat(change.apply(Recurso.xaloc()).content(XALOC).get("mandatario"))
                .isEqualTo(JsonMapper.builder().build().readTree(mandatario.replace('\'', '"')));
    }

    static Stream<Arguments> theClientIsACompanyOrAPerson() {
        String company = "{'tipo_persona':'JURIDICA','cif_documento':'A1234567','cif_control':'4',"
                + "'razon_social':'MUDANZAS FICCIÓN, S.L.'}";
        String person = "{'tipo_persona':'FISICA','tipo_doc':'%s','doc_numero':'%s','doc_control':'%s',"
                + "'nombre':'FULANA','apellido1':'INVENTÁDEZ','apellido2':'%s'}";
        return Stream.of(
                client(Recurso::company, company),
                client(recurso -> recurso.company().set("cliente.tipodecliente", null), company),
                client(
                        recurso -> recurso.company()
                                .set("cif", "\u00A0")
                                .set("cliente.nifempresa", " A12345674 ")
                                .set("Empresa", null)
                                .set("cliente.Nombrefiscal", "Mudanzas\u00A0Ficción,  S.L."),
                        company),
                client(
                        recurso -> recurso.company().set("cliente.tipodecliente", "1.0"),
                        person.formatted("NIF", "12345678", "Z", "")),
                client(
                        recurso -> recurso.set("cliente.tipodecliente", null),
                        person.formatted("NIF", "12345678", "Z", "")),
                client(
                        recurso -> recurso.set("cliente.nif", "y7654321g").set("cliente.Apellido2", "Ñandú"),
                        person.formatted("NIF", "Y7654321", "G", "ÑANDÚ")),
                client(
                        recurso -> recurso.set("cliente.nif", "XDA123456"),
                        person.formatted("PS", "XDA12345", "6", "")));
    }

    private static Arguments client(UnaryOperator<Recurso> change, String mandatario) {
        return Arguments.of(change, mandatario);
    }

    @ParameterizedTest
    @CsvSource({
        "1234 bbb, '', 1234BBB",
        "' m 1234 yz ', '', M1234YZ",
        "'\u00A01234\u00A0BBB', '', 1234BBB",
        "'', 5678 ccc, 5678CCC",
        "1234 bbb, 5678 ccc, 1234BBB",
        "'', '', .",
    })
    void aPlateHasNoBlanks(String ofCase, String ofFile, String plate) {
        assertThat(Recurso.xaloc()
                        .set("Matricula", ofCase)
                        .set("expediente.matricula", ofFile)
                        .content(XALOC)
                        .get("plate_number")
                        .textValue())
                .isEqualTo(plate);
    }

    @ParameterizedTest
    @CsvSource({
        "600000001, 600000002, 600000003, 600000001",
        "' ', 600000002, 600000003, 600000002",
        "NULL, null, 600000003, 600000003",
    })
    void thePhoneIsTheFirstThatIsOne(String mobile, String first, String second, String phone) {
        assertThat(Recurso.base()
                        .set("cliente.movil", mobile)
                        .set("cliente.telefono1", first)
                        .set("cliente.telefono2", second)
                        .content(BASE)
                        .get("user_phone")
                        .textValue())
                .isEqualTo(phone);
    }

    @Test
    void aDateIsReadFromTextToo() {
        assertThat(Recurso.base()
                        .set("expediente.dia", "2018-12-11 12:50:32.863")
                        .content(BASE)
                        .get("data_denuncia")
                        .textValue())
                .isEqualTo("11/12/2018");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatWouldBeAGuessIsRefusedByTheFieldsName(PayloadBuilder.Provider site, Recurso recurso, String problem) {
        assertThatThrownBy(() -> recurso.payload(site, NOWHERE))
                .isInstanceOfSatisfying(
                        PayloadException.class, e -> assertThat(e.problems()).containsExactly(problem));
    }

    static Stream<Arguments> refusals() {
        String lost = " has lost a letter: there is a question mark in its place";
        return Stream.of(
                Arguments.of(XALOC, Recurso.xaloc().set("idRecurso", "89157.5"), "idRecurso isn't a whole number"),
                Arguments.of(XALOC, Recurso.xaloc().set("idRecurso", null), "idRecurso is missing"),
                Arguments.of(XALOC, Recurso.xaloc().reference(null), "expediente is missing"),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().reference("2025/160585-MUL ver correo"),
                        "expediente isn't a reference like 2025/160585-MUL"),
                Arguments.of(XALOC, Recurso.xaloc().set("SujetoRecurso", " "), "SujetoRecurso is missing"),
                Arguments.of(XALOC, Recurso.xaloc().set("SujetoRecurso", "MU?OZ"), "SujetoRecurso" + lost),
                Arguments.of(
                        XALOC, Recurso.xaloc().set("SujetoRecurso", "MU\uFFFDOZ"), "SujetoRecurso has lost a letter"),
                Arguments.of(XALOC, Recurso.xaloc().set("FaseProcedimiento", "Sanci?n"), "FaseProcedimiento" + lost),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().set("FaseProcedimiento", "Trámite nuevo"),
                        "FaseProcedimiento is a phase without a text"),
                Arguments.of(XALOC, Recurso.xaloc().set("FaseProcedimiento", null), "FaseProcedimiento is missing"),
                Arguments.of(XALOC, Recurso.xaloc().set("cliente.email", "\u00A0"), "cliente.email is missing"),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().set("cliente.email", "a@example.invalid; b@example.invalid"),
                        "cliente.email isn't one address of mail"),
                Arguments.of(XALOC, Recurso.xaloc().set("Matricula", "12?4 BBB"), "Matricula" + lost),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().set("Matricula", "1234 BBB (vendido)"),
                        "Matricula has other than letters and digits"),
                Arguments.of(XALOC, Recurso.xaloc().set("cliente.nif", " "), "cliente.nif is missing"),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().set("cliente.nif", "12345678-Z"),
                        "cliente.nif isn't a document's number: letters and digits only"),
                Arguments.of(XALOC, Recurso.xaloc().set("cliente.Nombre", null), "cliente.Nombre is missing"),
                Arguments.of(XALOC, Recurso.xaloc().set("cliente.Apellido1", "MU?OZ"), "cliente.Apellido1" + lost),
                Arguments.of(XALOC, Recurso.xaloc().set("cliente.Apellido2", "?LVAREZ"), "cliente.Apellido2" + lost),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().set("cliente.tipodecliente", 3L),
                        "cliente.tipodecliente must be 1, a person, or 2, a company"),
                Arguments.of(XALOC, Recurso.xaloc().company().set("Empresa", null), "cliente.Nombrefiscal is missing"),
                Arguments.of(XALOC, Recurso.xaloc().company().set("cif", null), "cliente.nifempresa is missing"),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().without("cliente.nif"),
                        "cliente.nif wasn't read, or was found more than once"),
                Arguments.of(XALOC, Recurso.xaloc().withoutAttachments(), "adjuntos wasn't read"),
                Arguments.of(XALOC, Recurso.xaloc().attachment(1L, " "), "adjuntos[0].Filename is missing"),
                Arguments.of(
                        XALOC,
                        Recurso.xaloc().attachment(1L, "a.pdf").attachment("x", "b.pdf"),
                        "adjuntos[1].id isn't a whole number"),
                Arguments.of(
                        MADRID,
                        Recurso.madrid().set("FaseProcedimiento", "Providencia de apremio"),
                        "FaseProcedimiento is a phase that this site doesn't take"),
                Arguments.of(
                        MADRID,
                        Recurso.madrid().set("FaseProcedimiento", "Embargo por sanción"),
                        "FaseProcedimiento is a phase that this site doesn't take"),
                Arguments.of(
                        MADRID,
                        Recurso.madrid().set("FaseProcedimiento", "RECLAMACION de la sanción"),
                        "FaseProcedimiento is a phase that this site doesn't take"),
                Arguments.of(
                        MADRID,
                        Recurso.of("102532229.3", "Alegaciones"),
                        "expediente has no prefix, and the phase doesn't tell which"),
                Arguments.of(
                        MADRID,
                        Recurso.of("102532229.3", "Resolución de la denuncia"),
                        "expediente has no prefix, and the phase doesn't tell which"),
                Arguments.of(
                        MADRID,
                        Recurso.madrid().reference("msa/2025/123456789"),
                        "expediente isn't a reference like 911/102532229.3 or MSA/2025/123456789"),
                Arguments.of(MADRID, Recurso.madrid().set("cliente.calle", " "), "cliente.calle is missing"),
                Arguments.of(
                        MADRID,
                        Recurso.madrid().set("cliente.codpostal", 8001L),
                        "cliente.codpostal isn't five digits"),
                Arguments.of(MADRID, Recurso.madrid().set("cliente.poblacion", "Logro?o"), "cliente.poblacion" + lost),
                Arguments.of(
                        BASE,
                        Recurso.base().reference("43150-2026/3320-XXX"),
                        "expediente isn't a reference like 43150-2026/3320-GIM or 1-2025/27474-EXE"),
                Arguments.of(BASE, Recurso.base().set("expediente.dia", null), "expediente.dia is missing"),
                Arguments.of(
                        BASE,
                        Recurso.base().set("expediente.dia", "11/12/2018"),
                        "expediente.dia isn't a date as 2026-12-31"),
                Arguments.of(
                        BASE,
                        Recurso.base().set("cliente.telefono2", "NULL"),
                        "user_phone is missing: neither movil nor telefono1 nor telefono2 has a number"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {" ", "\u00A0"})
    void everyMissingFieldIsToldAtOnce(String blank) {
        Recurso recurso = Recurso.xaloc()
                .set("SujetoRecurso", blank)
                .set("cliente.email", blank)
                .set("cliente.nif", blank);

        assertThatThrownBy(() -> recurso.payload(XALOC, NOWHERE))
                .hasMessage("SujetoRecurso is missing; cliente.email is missing; cliente.nif is missing");
    }

    @Test
    void aProfileThatReadsTooLittleIsFoundByTheCheck() {
        assertThat(Recurso.builder(BASE, NOWHERE).check(Recurso.site("base_online"), Set.of("idRecurso")))
                .extracting(Finding::message)
                .singleElement()
                .asString()
                .contains("FaseProcedimiento, SujetoRecurso, cliente.movil, cliente.telefono1");
    }

    @ParameterizedTest
    @CsvSource({", needs the setting \"attachment_url\"", "http://x/{nif}, not [nif]", "http://x/{id, unpaired brace"})
    void theAddressOfAttachmentsIsChecked(String template, String problem) {
        List<Finding> findings = Recurso.builder(BASE, NOWHERE)
                .check(
                        Recurso.site("base_online").toBuilder()
                                .setting("attachment_url", template)
                                .build(),
                        Set.of());

        assertThat(findings).extracting(Finding::message).last().asString().contains(problem);
    }

    private static void assertJson(Payload payload, String json) {
        try {
            assertThat(payload.content().toPrettyString())
                    .isEqualTo(JsonMapper.builder().build().readTree(json).toPrettyString());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
