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

    private static final Pattern DEPENDENCY =
            Pattern.compile("<!-- dependency -->\\s*```xml\\n(.*?)```\\s*<!-- /dependency -->", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void theEmbeddingCompilesAndQueuesWhatItClaims() throws Exception {
        String program = snippet(EMBEDDING);
        String body = program.substring(program.indexOf("        try"), program.lastIndexOf("        }"));
        assertThat(body.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
        compile(program);
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
        assertThat(said).endsWith("1 claimed" + System.lineSeparator());
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            assertThat(store.operations().list(TaskFilter.newest(10)))
                    .singleElement()
                    .satisfies(task -> assertThat(task.reference()).isEqualTo("LIC-2026-00007"));
        }
    }

    @Test
    void theDependencyIsOfThisVersion() throws IOException {
        assertThat(Files.readString(README.resolveSibling("pom.xml")))
                .contains("<revision>" + snippet(DEPENDENCY).replaceAll("(?s).*<version>(.*)</version>.*", "$1")
                        + "</revision>");
    }

    private static String snippet(Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(README));
        assertThat(matcher.find()).as(pattern.pattern()).isTrue();
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
        Path example = Path.of("..", "json-only");
        Files.createDirectory(folder.resolve("profiles"));
        for (String file : List.of(".env", "profiles/licencias.json")) {
            Files.copy(example.resolve(file), folder.resolve(file));
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : Pattern.compile(";\\s*\\n")
                    .splitAsStream(Files.readString(example.resolve("cases.sql")))
                    .toList()) {
                statement.execute(sql);
            }
        }
    }
}
