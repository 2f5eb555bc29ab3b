package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.TaskFilter;
import dev.brain.sqlite.SqliteStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is what happens. */
class ReadmeTest {
    private static final Path README = Path.of("..", "..", "README.md");
    private static final Pattern EMBEDDING =
            Pattern.compile("<!-- embedding -->\\s*```java\\n(.*?)```\\s*<!-- /embedding -->", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void theEmbeddingCompilesAndQueuesWhatItClaims() throws Exception {
        String snippet = snippet();
        assertThat(snippet.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
        compile("""
                import dev.brain.Brain;
                import dev.brain.config.Environment;
                import dev.brain.cycle.CycleReport;
                import dev.brain.site.Site;
                import dev.brain.sqlite.SqliteStore;
                import java.nio.file.Path;

                public class Embedding {
                    public static void main(String[] arguments) {
                %s
                    }
                }
                """.formatted(snippet));
        aSystemOfRecord();
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        folder + java.io.File.pathSeparator + System.getProperty("java.class.path"),
                        "Embedding")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            assertThat(store.operations().list(TaskFilter.newest(10)))
                    .singleElement()
                    .satisfies(task -> assertThat(task.reference()).isEqualTo("2026/000001-MUL"));
        }
    }

    private static String snippet() throws IOException {
        Matcher matcher = EMBEDDING.matcher(Files.readString(README));
        assertThat(matcher.find()).as("the README has an embedding").isTrue();
        return matcher.group(1);
    }

    private void compile(String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Embedding.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        boolean compiled = compiler.getTask(
                        null,
                        null,
                        problems,
                        List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"),
                        null,
                        List.of(file))
                .call();
        assertThat(compiled).as(problems.getDiagnostics().toString()).isTrue();
    }

    private void aSystemOfRecord() throws Exception {
        Files.writeString(folder.resolve(".env"), "BRAIN_SOURCE_URL=jdbc:sqlite:cases.db\n");
        try (var profile = getClass().getResourceAsStream("/META-INF/brain/profiles/recursos.json")) {
            Files.copy(profile, folder.resolve("cases.json"));
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE RecursosExp (idRecurso INTEGER PRIMARY KEY, idExp INTEGER, Expedient TEXT,"
                    + " Organisme TEXT, TExp INTEGER, Estado INTEGER, UsuarioAsignado TEXT, numclient INTEGER,"
                    + " SujetoRecurso TEXT, FaseProcedimiento TEXT)");
            statement.execute("INSERT INTO RecursosExp VALUES"
                    + " (1, 10, '2026/000001-MUL', 'XALOC', 2, 0, NULL, 5, 'a subject', 'a phase'),"
                    + " (2, 20, '2026/2', 'XALOC', 2, 0, NULL, 5, 'a subject', 'a phase')");
        }
    }
}
