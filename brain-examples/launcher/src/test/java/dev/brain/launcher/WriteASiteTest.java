package dev.brain.launcher;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.brain.queue.TaskFilter;
import dev.brain.sqlite.SqliteStore;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/write-a-site.md says, from its text. */
class WriteASiteTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "write-a-site.md");
    private static final String WITHOUT_JAVA = "## A site without Java";
    private static final Pattern FILE =
            Pattern.compile("<!-- file: (\\S+) -->\\n```[a-z]+\\n(.*?)```\\n", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private final List<String> filed = new CopyOnWriteArrayList<>();

    private Shell shell;

    @BeforeEach
    void system() {
        shell = new Shell(folder).set("BRAIN_SOURCE_URL", "jdbc:sqlite:" + folder.resolve("cases.db"));
    }

    @Test
    void thePageShowsTheFilesOfTheTemplateAndOfTheExampleWithoutJava() throws IOException {
        assertThat(files(plugInPart())).isEqualTo(contents(Path.of("..", "template")));
        assertThat(files(javalessPart())).isEqualTo(contents(Path.of("..", "json-only")));
    }

    @Test
    void thePlugInOfThePageClaimsWhenItsStepsAreFollowed() throws Exception {
        Path project = write(files(plugInPart()), folder.resolve("project"));
        Path classes = PluginFile.compile(project.resolve("src/main/java"), folder.resolve("classes"));
        PluginFile.copy(project.resolve("src/main/resources"), classes);
        runTests(
                PluginFile.compile(project.resolve("src/test/java"), folder.resolve("test-classes"), classes), classes);
        PluginFile.jar(classes, folder.resolve("plugins/costamar.jar"));
        execute(
                "CREATE TABLE RecursosExp (idRecurso INTEGER PRIMARY KEY, idExp INTEGER, Expedient TEXT, Organisme TEXT,"
                        + " TExp INTEGER, Estado INTEGER, UsuarioAsignado TEXT, numclient INTEGER, SujetoRecurso TEXT,"
                        + " FaseProcedimiento TEXT)",
                "INSERT INTO RecursosExp VALUES"
                        + " (1, 10, ' CM-2026/00031 ', 'AJ. COSTAMAR', 2, 0, NULL, 5, 'Fulana Ejémplez', 'DENUNCIA'),"
                        + " (2, 20, 'CM-2026/00032', 'AJ. COSTAMAR', 2, 0, NULL, 5, 'Mengano Inventado', 'DENUNCIA'),"
                        + " (3, 30, 'CM-2026/00033', 'AJ. COSTAMAR', 2, 0, NULL, 5, 'MU?OZ', 'DENUNCIA'),"
                        + " (4, 40, 'CM-2026/34', 'AJ. COSTAMAR', 2, 0, NULL, 5, 'Zutano Inventado', 'DENUNCIA')");

        HttpServer form = form();
        shell.set(
                "COSTAMAR_URL",
                "http://" + form.getAddress().getAddress().getHostAddress() + ":"
                        + form.getAddress().getPort());
        List<Shell.Outcome> outcomes;
        try {
            outcomes = follow(plugInPart());
        } finally {
            form.stop(0);
        }

        assertThat(outcomes.get(0).out()).contains("Imported 1 site");
        assertThat(outcomes.get(1).out())
                .containsPattern("OK +plug-in costamar.jar +payload builder +costamar")
                .containsPattern("OK +plug-in costamar.jar +handler +costamar")
                .containsPattern("OK +plug-in costamar.jar +site +costamar")
                .contains("All is well.");
        // the case whose payload cannot be built is an error of the dry run, which records nothing, and of the run
        assertThat(outcomes.stream().map(Shell.Outcome::status)).containsExactly(0, 0, 0, 0, 1, 1, 0, 0, 0);
        assertThat(outcomes.get(7).out()).contains("2 tasks ended meanwhile: 2 completed, 0 failed.");
        assertThat(filed).containsExactlyInAnyOrder("/cases/2026/31/pleas", "/cases/2026/32/pleas");
        assertThat(payloads())
                .containsExactly(
                        Map.entry(
                                "1",
                                json(
                                        "{'idRecurso':1,'sujeto_recurso':'Fulana Ejémplez','fase_procedimiento':'DENUNCIA',"
                                                + "'expediente_any':2026,'expediente_num':31}")),
                        Map.entry(
                                "2",
                                json(
                                        "{'idRecurso':2,'sujeto_recurso':'Mengano Inventado',"
                                                + "'fase_procedimiento':'DENUNCIA','expediente_any':2026,'expediente_num':32}")));
        assertThat(
                        rows(
                                "SELECT idRecurso || ' ' || UsuarioAsignado FROM RecursosExp WHERE UsuarioAsignado IS NOT NULL"))
                .containsExactly("1 BOT_MULTIVIA", "2 BOT_MULTIVIA");
        assertThat(shell.run("sync", "--id", "3", "--site-id", "costamar").status())
                .isEqualTo(1);
        assertThat(rows("SELECT UsuarioAsignado FROM RecursosExp WHERE idRecurso = 3"))
                .containsExactly((String) null);
        assertThat(shell.run("incidents", "list").out())
                .contains("PAYLOAD_INVALID")
                .contains("SujetoRecurso has lost a letter")
                .contains("REFERENCE_REJECTED");
    }

    @Test
    void theSiteWithoutJavaClaims() throws Exception {
        write(files(javalessPart()), folder);
        execute(Files.readString(folder.resolve("cases.sql")).split(";\\s*\n"));
        execute("INSERT INTO licencias VALUES"
                + " (8, 'LIC-2026-00008', 'Costamar', ' ', 'alegaciones', 'LIBRE', NULL)");

        List<Shell.Outcome> outcomes = new ArrayList<>();
        for (String[] arguments : commands(javalessPart())) {
            Process process = LauncherProcess.builder(folder, Map.of(), arguments)
                    .redirectErrorStream(true)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            outcomes.add(new Shell.Outcome(process.waitFor(), out, ""));
        }

        assertThat(outcomes.get(1).out()).contains("All is well.");
        // of the one without a holder
        assertThat(outcomes.stream().map(Shell.Outcome::status))
                .as(outcomes.toString())
                .containsExactly(0, 0, 1);
        assertThat(outcomes.get(2).out()).contains("titular is empty").doesNotContain("titular: titular");
        assertThat(payloads())
                .containsExactly(Map.entry(
                        "7",
                        json("{'idRecurso':7,'expediente':'LIC-2026-00007','titular':'Fulana Ejémplez',"
                                + "'asunto':'Licencia LIC-2026-00007 (alegaciones)','tramite':'alegaciones',"
                                + "'adjuntos':[{'id':1,'filename':'a.pdf'},{'id':2,'filename':'b.pdf'}]}")));
        assertThat(rows("SELECT numero || ' ' || estado || ' ' || tramitador FROM licencias"
                        + " WHERE tramitador IS NOT NULL"))
                .containsExactly("7 EN CURSO BOT_MULTIVIA");
    }

    @Test
    void theTemplateIsBuiltWithWhatThisBuildUses() throws Exception {
        var template = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("..", "template", "pom.xml").toFile());
        String parent = Files.readString(Path.of("..", "..", "pom.xml"));
        assertThat(parent).contains("<revision>" + text(template, "brain.version") + "</revision>");
        assertThat(parent).contains("<maven.compiler.release>" + text(template, "maven.compiler.release") + "<");
        var versions = template.getElementsByTagName("version");
        // the first is the plug-in's own, the second Brain's
        for (int i = 2; i < versions.getLength(); i++) {
            assertThat(parent).contains(">" + versions.item(i).getTextContent() + "<");
        }
    }

    private static String text(org.w3c.dom.Document pom, String element) {
        return pom.getElementsByTagName(element).item(0).getTextContent();
    }

    private static String plugInPart() throws IOException {
        return Files.readString(PAGE).split(WITHOUT_JAVA, 2)[0];
    }

    private static String javalessPart() throws IOException {
        return Files.readString(PAGE).split(WITHOUT_JAVA, 2)[1];
    }

    private static Map<String, String> files(String part) {
        Map<String, String> files = new TreeMap<>();
        Matcher matcher = FILE.matcher(part);
        while (matcher.find()) {
            files.put(matcher.group(1), matcher.group(2));
        }
        return files;
    }

    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString().replace('\\', '/');
                if (!name.startsWith("target/")) {
                    contents.put(name, Files.readString(file));
                }
            }
        }
        return contents;
    }

    private static Path write(Map<String, String> files, Path root) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        return root;
    }

    /** Gives the part's commands, in the folder that they are meant for. */
    private List<Shell.Outcome> follow(String part) {
        return commands(part).stream()
                .map(command -> Stream.of(command)
                        .map(word -> word.matches(".*\\.(jar|json)")
                                ? folder.resolve(word).toString()
                                : word)
                        .toArray(String[]::new))
                .map(shell::run)
                .toList();
    }

    private static List<String[]> commands(String part) {
        return part.lines()
                .filter(line -> line.startsWith("$ bin/brain "))
                .map(line -> line.substring("$ bin/brain ".length()).split(" "))
                .toList();
    }

    /** Starts a server that takes pleas as the form of the page does. */
    private HttpServer form() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/cases/", exchange -> {
            boolean isPlea = exchange.getRequestMethod().equals("POST");
            if (isPlea) {
                filed.add(exchange.getRequestURI().getPath());
            }
            byte[] answer = "R-1".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isPlea ? 201 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void runTests(Path tests, Path classes) throws Exception {
        int run = 0;
        URL[] places = {tests.toUri().toURL(), classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(places, WriteASiteTest.class.getClassLoader())) {
            for (String name : List.of("CostamarPayloadTest", "CostamarHandlerTest")) {
                Class<?> test = loader.loadClass("com.example.costamar." + name);
                Constructor<?> constructor = test.getDeclaredConstructor();
                constructor.setAccessible(true);
                for (Method method : test.getDeclaredMethods()) {
                    if (method.isAnnotationPresent(Test.class)) {
                        method.setAccessible(true);
                        method.invoke(constructor.newInstance());
                        run++;
                    }
                }
            }
        }
        assertThat(run).isEqualTo(5);
    }

    private Map<String, JsonNode> payloads() throws IOException {
        Map<String, JsonNode> payloads = new LinkedHashMap<>();
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            for (var task : store.operations().list(TaskFilter.newest(10))) {
                payloads.put(
                        String.valueOf(task.resourceId()), new ObjectMapper().readTree(requireNonNull(task.payload())));
            }
        }
        return new TreeMap<>(payloads);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                Statement statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }
}
