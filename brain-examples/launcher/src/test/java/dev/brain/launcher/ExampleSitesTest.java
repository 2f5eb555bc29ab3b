package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.examples.demo.CaseGenerator;
import dev.brain.examples.demo.CaseSystem;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The example plug-in in whole cycles, by commands: a jar in plugins/, its sites imported from it, a system of record. */
class ExampleSitesTest {
    private static final String XALOC = "Xaloc Girona";
    private static final String BASE = "BASE - Gestió d'Ingressos";

    @TempDir
    private Path folder;

    private Shell shell;
    private Connection cases;

    @BeforeEach
    void office() throws IOException, SQLException {
        Path file = folder.resolve("cases.db");
        CaseSystem.create(file, new CaseGenerator(1), 0).close();
        cases = DriverManager.getConnection("jdbc:sqlite:" + file);
        shell = new Shell(folder).set("BRAIN_SOURCE_URL", "jdbc:sqlite:" + file);
        importSites(shell, folder);
    }

    @AfterEach
    void closed() throws SQLException {
        cases.close();
    }

    private static void importSites(Shell shell, Path folder) throws IOException {
        Path jar = folder.resolve("plugins/brain-example-sites.jar");
        PluginFile.jar(Path.of("..", "sites", "target", "classes"), jar);
        Outcome imported = shell.run("sites", "import", jar.toString(), "--set-active");
        assertThat(imported.status()).as(imported.err()).isZero();
    }

    @Test
    void theThreeSitesAreImportedAndMadridWaitsUntilItIsEnabled() throws SQLException {
        addCase(1, "2026/000001-MUL", XALOC, "Denuncia");
        addCase(2, "1-2026/2-EXE", BASE, "Denuncia");
        addCase(3, "911/000000003.1", "AYUNTAMIENTO DE MADRID", "Denuncia");

        assertThat(shell.run("sites", "list").out())
                .containsPattern("base_online +yes")
                .containsPattern("madrid +no")
                .containsPattern("xaloc_girona +yes");
        Outcome check = shell.run("sites", "check");
        assertThat(check.out())
                .containsPattern("plug-in brain-example-sites.jar +payload builder +base_online, madrid, xaloc_girona")
                .contains("All is well.");
        assertThat(shell.run("run", "--once").out()).contains("2 sites").contains("2 queued");
        assertThat(rows("SELECT idRecurso FROM RecursosExp WHERE UsuarioAsignado IS NULL"))
                .containsExactly("3");

        shell.run("sites", "enable", "madrid");
        assertThat(shell.run("run", "--once").out()).contains("3 sites").contains("1 queued");
    }

    @Test
    void aResourceHasAllItsDocumentsAndIsQueuedOnce() throws SQLException, IOException {
        addCase(1, " 2026/000001-MUL\u00A0", XALOC, "\u00A0Denuncia ");
        addCase(2, "2026/000002-MUL", XALOC, "Denuncia");
        execute("INSERT INTO attachments_resource_documents VALUES (31, 1, 'denuncia 1.pdf'), (32, 1, 'ñ.pdf'),"
                + " (33, 1, 'c.pdf')");

        assertThat(shell.run("run", "--once").out()).contains("2 queued");

        JsonNode payload = payload("1");
        assertThat(payload.get("idRecurso").isInt()).isTrue();
        assertThat(payload.get("expediente").asText()).isEqualTo("2026/000001-MUL");
        assertThat(payload.get("fase_procedimiento").asText()).isEqualTo("Denuncia");
        assertThat(payload.get("adjuntos")).isEqualTo(new ObjectMapper().readTree("""
                [{"id": 31, "filename": "denuncia 1.pdf",
                  "url": "http://intranet.example/public/servicio/recursos/adjuntos/31"},
                 {"id": 32, "filename": "ñ.pdf", "url": "http://intranet.example/public/servicio/recursos/adjuntos/32"},
                 {"id": 33, "filename": "c.pdf", "url": "http://intranet.example/public/servicio/recursos/adjuntos/33"}]
                """));
        assertThat(payload("2").get("adjuntos")).isEmpty();
    }

    @Test
    void theProcedureOfBaseOnlineIsInTheColumnThatWorkersReadItFrom() throws SQLException, IOException {
        addCase(1, "43150-2026/1-GIM", BASE, "Identificación del conductor");
        addCase(2, "43150-2026/2-GIM", BASE, "PROPUESTA DE RESOLUCION");
        addCase(3, "1-2025/27474-EXE", BASE, "Providencia de apremio");
        execute("UPDATE expedientes SET dia = '2018-12-11 12:50:32.863' WHERE idexpediente = 3");

        assertThat(shell.run("run", "--once").status()).isZero();

        assertThat(queue("SELECT resource_id || ' ' || protocol FROM tramite_queue ORDER BY id"))
                .containsExactly("1 P1", "2 P2", "3 P3");
        assertThat(payload("3")).isEqualTo(new ObjectMapper().readTree("""
                {"idRecurso": 3, "adjuntos": [], "expediente": "1-2025/27474-EXE", "sujeto_recurso": "Fulana Ejémplez",
                 "fase_procedimiento": "Providencia de apremio", "expediente_id_ens": 1, "expediente_any": 2025,
                 "expediente_num": 27474, "data_denuncia": "11/12/2018", "user_phone": "000000001"}
                """));
    }

    @Test
    void decimalIdsAreWholeNumbersToWorkers() throws SQLException, IOException {
        addCase(89157, "2026/000001-MUL", XALOC, "Denuncia");
        execute("INSERT INTO attachments_resource_documents VALUES (31, 89157, 'a.pdf')");
        execute("CREATE TABLE decimals (idRecurso REAL, idExp REAL, automatic_id REAL, numclient REAL, Expedient TEXT,"
                + " Organisme TEXT, TExp REAL, Estado REAL, UsuarioAsignado TEXT, SujetoRecurso TEXT,"
                + " FaseProcedimiento TEXT, Empresa TEXT, cif TEXT, Matricula TEXT)");
        execute(
                "INSERT INTO decimals SELECT idRecurso, idExp, automatic_id, numclient, Expedient, Organisme, TExp,"
                        + " Estado, UsuarioAsignado, SujetoRecurso, FaseProcedimiento, Empresa, cif, Matricula FROM RecursosExp");
        execute("DROP TABLE RecursosExp");
        execute("ALTER TABLE decimals RENAME TO RecursosExp");
        assertThat(rows("SELECT idRecurso FROM RecursosExp")).containsExactly("89157.0");

        assertThat(shell.run("run", "--once").status()).isZero();

        assertThat(payload("89157").get("idRecurso").isInt()).isTrue();
        assertThat(payload("89157").get("idRecurso").intValue()).isEqualTo(89157);
        assertThat(payload("89157").get("adjuntos")).hasSize(1);
        assertThat(rows("SELECT TExp || ' ' || UsuarioAsignado FROM RecursosExp"))
                .containsExactly("1.0 BOT_MULTIVIA");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE RecursosExp SET SujetoRecurso = char(160)               | SujetoRecurso is missing
            UPDATE RecursosExp SET SujetoRecurso = NULL                    | SujetoRecurso is missing
            UPDATE RecursosExp SET SujetoRecurso = 'Mengano MU?OZ'         | SujetoRecurso has lost a letter
            UPDATE RecursosExp SET FaseProcedimiento = ' '                 | FaseProcedimiento is missing
            UPDATE RecursosExp SET FaseProcedimiento = 'Sanci?n'           | FaseProcedimiento has lost a letter
            UPDATE RecursosExp SET FaseProcedimiento = 'Trámite nuevo'     | FaseProcedimiento is a phase without a text
            UPDATE RecursosExp SET Matricula = '12?4 BBB'                  | Matricula has lost a letter
            UPDATE RecursosExp SET numclient = 4711                        | cliente.nif is missing
            UPDATE clientes SET nif = ''                                   | cliente.nif is missing
            UPDATE clientes SET email = ' '                                | cliente.email is missing
            UPDATE clientes SET Apellido1 = printf('MU%sOZ', char(65533)) | cliente.Apellido1 has lost a letter
            UPDATE clientes SET tipodecliente = 2                          | cliente.nifempresa is missing
            """)
    void whatCannotBeBuiltForXalocIsAnIncidentAndIsNotClaimed(String change, String told) throws Exception {
        addCase(1, "2026/000001-MUL", XALOC, "Denuncia");
        execute(change);

        assertRefused("xaloc_girona", told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE expedientes SET dia = '11/12/2018'                      | expediente.dia isn't a date as 2026-12-31
            UPDATE expedientes SET dia = '2026-02-30'                      | expediente.dia isn't a date as 2026-12-31
            UPDATE expedientes SET dia = NULL                              | expediente.dia is missing
            DELETE FROM expedientes                                        | expediente.dia is missing
            UPDATE clientes SET movil = 'NULL', telefono1 = ' '            | user_phone is missing
            INSERT INTO attachments_resource_documents VALUES (1, 1, ' ')  | adjuntos[0].Filename is missing
            """)
    void whatCannotBeBuiltForBaseOnlineIsAnIncidentAndIsNotClaimed(String change, String told) throws Exception {
        addCase(1, "1-2026/1-EXE", BASE, "Denuncia");
        execute(change);

        assertRefused("base_online", told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE RecursosExp SET FaseProcedimiento = 'Embargo'           | FaseProcedimiento is a phase that this site doesn't take
            UPDATE RecursosExp SET Expedient = '102532229.3', FaseProcedimiento = 'Alegaciones' | expediente has no prefix
            UPDATE clientes SET codpostal = '1'                            | cliente.codpostal isn't five digits
            UPDATE clientes SET calle = NULL                               | cliente.calle is missing
            """)
    void whatCannotBeBuiltForMadridIsAnIncidentAndIsNotClaimed(String change, String told) throws Exception {
        shell.run("sites", "enable", "madrid");
        addCase(1, "911/102532229.3", "MADRID", "Denuncia");
        execute(change);

        assertRefused("madrid", told);
    }

    private void assertRefused(String site, String told) throws Exception {
        List<String> before = rows("SELECT * FROM RecursosExp");

        Outcome run = shell.run("run", "--once", "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(new ObjectMapper().readTree(run.out()).get("errors").asInt()).isEqualTo(1);
        assertThat(rows("SELECT * FROM RecursosExp")).isEqualTo(before);
        assertThat(queue("SELECT id FROM tramite_queue")).isEmpty();
        assertThat(queue("SELECT code || ' ' || site_id || ' ' || resource_id || ' ' || message FROM brain_incident"))
                .singleElement()
                .asString()
                .startsWith("PAYLOAD_INVALID " + site + " 1 ")
                .contains(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026/1-MUL", "2026/000001-mul", "2026/000001-MUL (ampliación)", "x2026/000001-MUL", " "})
    void aReferenceOutsideTheRuleIsRejectedByTheGate(String reference) throws SQLException {
        addCase(1, reference, XALOC, "Denuncia");

        Outcome run = shell.run("run", "--once");

        assertThat(run.status()).isZero();
        assertThat(run.lines()).anyMatch(line -> line.matches("xaloc_girona +1 +1 +0.*"));
        assertThat(rows("SELECT TExp FROM RecursosExp WHERE UsuarioAsignado IS NULL"))
                .containsExactly("2");
        assertThat(shell.run("incidents", "list").out()).contains("REFERENCE_REJECTED");
    }

    @Test
    void twoSitesGetTheirFairShareOfALimitedCycle() throws Exception {
        Shell demo = demo();

        JsonNode report =
                sites(demo.run("run", "--once", "--json", "--max-claims", "4").out());

        assertThat(report.get("xaloc_girona").get("claimed").asInt()).isEqualTo(4);
        assertThat(report.get("base_online").get("claimed").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"denuncia":                                                         | line 1, column 13: broken JSON
            []                                                                   | must be {"<phase key>"
            {"denuncia": {"asunto": "a", "expone": "b"}}                         | must have asunto, expone, solicita
            {"denuncia": {"asunto": "{nif}", "expone": "b", "solicita": "c"}}    | knows {expediente} and {sujeto_recurso} only, not [nif]
            {"denuncia": {"asunto": " ", "expone": "b", "solicita": "c"}}        | must be a text, not blank
                                                                                 | there is no data file 'ours'
            """)
    void aSiteWithBrokenTextsClaimsNothingAndTheOtherGetsItsShare(String texts, String told) throws Exception {
        Shell demo = demo();
        Path home = folder.resolve("demo");
        JsonNode exported =
                new ObjectMapper().readTree(demo.run("sites", "export").out());
        for (JsonNode site : exported.get("configs")) {
            if (List.of("xaloc_girona", "madrid").contains(site.get("site_id").asText())) {
                site.withObject("/settings").put("texts", "ours");
            }
        }
        Path mine = Files.writeString(home.resolve("mine.json"), exported.toString());
        Outcome imported = demo.run("sites", "import", mine.toString());
        assertThat(imported.status()).as(imported.err()).isZero();
        if (texts != null) {
            Files.createDirectories(home.resolve("texts"));
            Files.writeString(home.resolve("texts/ours.json"), texts);
        }

        Outcome run = demo.run("run", "--once", "--json", "--max-claims", "4");

        JsonNode report = sites(run.out());
        assertThat(run.status()).isEqualTo(1);
        assertThat(report.get("base_online").get("claimed").asInt()).isEqualTo(4);
        assertThat(report.get("xaloc_girona").get("claimed").asInt()).isZero();
        assertThat(report.get("xaloc_girona").get("reserved").asInt()).isZero();
        assertThat(report.get("xaloc_girona").get("errors").asInt()).isEqualTo(1);
        assertThat(demo.run("incidents", "list").out())
                .containsPattern("PAYLOAD_INVALID +xaloc_girona +1 ")
                .contains(told)
                .contains(home.resolve("texts/ours.json").toString());
        assertThat(demo.run("sites", "check", "xaloc_girona").out())
                .containsPattern("ERROR +xaloc_girona +payload ")
                .contains(told);
        assertThat(demo.run("sites", "check", "base_online").status()).isZero();
        assertThat(demo.run("doctor").out())
                .containsPattern("ERROR +site xaloc_girona +payload ")
                .containsPattern("WARN +site madrid +payload .*the site isn't active");
    }

    @Test
    void theUsersTextsWinOverThoseOfTheJarAndTheFirstKeyOfTheFileCounts() throws Exception {
        addCase(1, "2026/000001-MUL", XALOC, "RESOLUCIÓN  de la Sanción");
        Files.createDirectories(folder.resolve("texts"));
        Files.writeString(folder.resolve("texts/motivos.json"), """
                {"denuncia": {"asunto": "no", "expone": "no", "solicita": "no"},
                 "sancion": {"asunto": "De {expediente}", "expone": "{sujeto_recurso} expone", "solicita": "Sí"},
                 "resolucion de la sancion": {"asunto": "later", "expone": "later", "solicita": "later"}}""");

        assertThat(shell.run("run", "--once").status()).isZero();

        assertThat(payload("1").get("motivos").asText())
                .isEqualTo("ASUNTO: De 2026/000001-MUL\n\nEXPONE: Fulana Ejémplez expone\n\nSOLICITA: Sí");
    }

    @Test
    void syncClaimsOneByItsIdAndBuildsItsPayload() throws SQLException, IOException {
        addCase(1, "2026/000001-MUL", "AN OTHER BODY", "Denuncia");
        addCase(2, "2026/000002-MUL", XALOC, "Trámite nuevo");

        Outcome queued = shell.run("sync", "--id", "1", "--site-id", "xaloc_girona", "--any-scope");
        assertThat(queued.out()).contains("claimed and queued as task 1 (pending)");
        assertThat(payload("1").get("denuncia_num").asText()).isEqualTo("2026/000001-MUL");

        assertThat(shell.run("sync", "--id", "2", "--site-id", "xaloc_girona").status())
                .isEqualTo(1);
        assertThat(rows("SELECT idRecurso FROM RecursosExp WHERE UsuarioAsignado = 'BOT_MULTIVIA'"))
                .containsExactly("1");
        assertThat(shell.run("incidents", "list").out()).contains("FaseProcedimiento is a phase without a text");
    }

    /** A shell in the demo world with the plug-in's sites. */
    private Shell demo() throws IOException {
        Path home = folder.resolve("demo");
        Shell demo = Shell.inWorld(home, 150);
        importSites(demo, home);
        return demo;
    }

    private static JsonNode sites(String report) throws IOException {
        var sites = new ObjectMapper().createObjectNode();
        new ObjectMapper()
                .readTree(report)
                .get("sites")
                .forEach(site -> sites.set(site.get("site_id").asText(), site));
        return sites;
    }

    /** A free case with a client and a file of its own. */
    private void addCase(long id, String reference, String body, String phase) throws SQLException {
        execute(
                "INSERT INTO RecursosExp VALUES (?1, ?1, ?1, ?1, ?2, ?3, 2, 0, NULL, NULL, 'Fulana Ejémplez', ?4, '', ' ',"
                        + " '1234 bbb', NULL, '2026-01-07 08:00:00.863')",
                id,
                reference,
                body,
                phase);
        execute(
                "INSERT INTO clientes VALUES (?1, '12345678Z', '', 1, 'Fulana', 'Ejémplez', '', '', 'Carrer de l''Exemple 1',"
                        + " '00000', 'Vilainventada', 'fulana@example.invalid', '000000001', NULL, 'NULL')",
                id);
        execute("INSERT INTO expedientes VALUES (?1, NULL, '2025-12-18', '2026-01-17')", id);
    }

    private void execute(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = cases.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private List<String> rows(String sql) throws SQLException {
        return rows(cases, sql);
    }

    private List<String> queue(String sql) throws SQLException {
        try (Connection queue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"))) {
            return rows(queue, sql);
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                StringBuilder row = new StringBuilder(String.valueOf(result.getString(1)));
                for (int i = 2; i <= result.getMetaData().getColumnCount(); i++) {
                    row.append('|').append(result.getString(i));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    /** What the one task of a resource tells its worker. */
    private JsonNode payload(String resource) throws SQLException, IOException {
        List<String> payloads = queue(
                "SELECT payload FROM tramite_queue WHERE status = 'pending' AND resource_id = '" + resource + "'");
        assertThat(payloads).hasSize(1);
        return new ObjectMapper().readTree(payloads.get(0));
    }
}
