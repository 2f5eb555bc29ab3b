package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/workers.md says, from its text. */
class WorkersPageTest {
    private static final Pattern FILE = Pattern.compile(
            "<!-- file: src/main/(java|resources)/(\\S+) -->\\n```[a-z]+\\n(.*?)```\\n", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theProviderOfThePageCompletesTasks() throws Exception {
        Path home = folder.resolve("home");
        Shell shell = Shell.inWorld(home, 60);
        assertThat(shell.run("run", "--once", "--site", "madrid").status()).isZero();
        Matcher files = FILE.matcher(Files.readString(Path.of("..", "..", "docs", "workers.md")));
        while (files.find()) {
            Path file = folder.resolve(files.group(1)).resolve(files.group(2));
            Files.createDirectories(file.getParent());
            Files.writeString(file, files.group(3));
        }
        Path classes = PluginFile.compile(folder.resolve("java"), folder.resolve("classes"));
        PluginFile.copy(folder.resolve("resources"), classes);
        PluginFile.jar(classes, home.resolve("plugins/filing.jar"));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE organismo_config SET settings = '{\"handler\": \"filing\"}'");
        }

        Shell.assertWrong(shell.run("worker", "--drain", "--site", "madrid"), "set FILING_USER");
        assertThat(shell.set("FILING_USER", "robot")
                        .run("worker", "--drain", "--site", "madrid")
                        .out())
                .containsPattern("[1-9]\\d* completed, 0 failed")
                .contains("Left: 0 pending");
    }
}
