package dev.brain.examples.spring;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The files that a page of the documentation shows, by their paths. */
record PageFiles(Map<String, String> files) {
    private static final Pattern FILE =
            Pattern.compile("<!-- file: (\\S+) -->\\n```[a-z]+\\n(.*?)```\\n", Pattern.DOTALL);
    private static final Pattern JAVA = Pattern.compile("^```java\\n", Pattern.MULTILINE);

    static PageFiles of(String page) throws IOException {
        String text = Files.readString(path(page));
        Map<String, String> files = FILE.matcher(text)
                .results()
                .collect(toMap(
                        file -> file.group(1), file -> file.group(2), (first, second) -> second, LinkedHashMap::new));
        assertThat(files.keySet().stream().filter(name -> name.endsWith(".java")))
                .as("every Java snippet of " + page + " is a file, so that it is compiled")
                .hasSameSizeAs(
                        JAVA.matcher(text).results().map(MatchResult::group).toList());
        return new PageFiles(files);
    }

    static Path path(String page) {
        return Path.of("..", "..", "docs", page);
    }

    /** Writes all files below a folder, and compiles those in Java beside the others into its subfolder {@code classes}. */
    Path compile(Path folder) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey().replace("src/main/resources", "classes"));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Path classes = Files.createDirectories(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.walk(folder.resolve("src/main/java"))) {
            boolean compiled = compiler.getTask(
                            said,
                            manager,
                            null,
                            List.of(
                                    "-d",
                                    classes.toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "-encoding",
                                    "UTF-8",
                                    "-Xlint:all,-processing,-path,-classfile",
                                    "-Werror",
                                    "-proc:none"),
                            null,
                            manager.getJavaFileObjectsFromPaths(
                                    sources.filter(Files::isRegularFile).toList()))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        return classes;
    }

    /** Puts the cases of the page's {@code cases.sql}, which is in a folder, into the database beside it. */
    static void createCases(Path folder) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : Pattern.compile(";\\n")
                    .splitAsStream(Files.readString(folder.resolve("cases.sql")))
                    .toList()) {
                statement.execute(sql);
            }
        }
    }

    static String classPath(Path classes) {
        return classes + File.pathSeparator + System.getProperty("java.class.path");
    }
}
