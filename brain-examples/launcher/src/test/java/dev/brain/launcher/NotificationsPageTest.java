package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/notifications.md says, from its text. */
class NotificationsPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "notifications.md");
    private static final Pattern FILE = Pattern.compile(
            "<!-- file: src/main/(java|resources)/(\\S+) -->\\n```[a-z]+\\n(.*?)```\\n", Pattern.DOTALL);
    private static final Pattern PYTHON = Pattern.compile("```python\\n(.*?)```\\n", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theListenerOfThePageMailsNewIncidents() throws Exception {
        Path home = folder.resolve("home");
        Shell shell = Shell.inWorld(home, 250);
        Matcher files = FILE.matcher(Files.readString(PAGE));
        while (files.find()) {
            Path file = folder.resolve(files.group(1)).resolve(files.group(2));
            Files.createDirectories(file.getParent());
            Files.writeString(file, files.group(3));
        }
        Path classes = PluginFile.compile(folder.resolve("java"), folder.resolve("classes"));
        PluginFile.copy(folder.resolve("resources"), classes);
        PluginFile.jar(classes, home.resolve("plugins/mail.jar"));

        Shell.assertWrong(shell.run("run", "--once", "--site", "madrid"), "set MAIL_TO");

        Path mails = folder.resolve("mails");
        Path program = folder.resolve("sendmail");
        Files.writeString(program, "#!/bin/sh\ncat >> '" + mails + "'\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        shell.set("MAIL_TO", "ada@example.org").set("MAIL_PROGRAM", program.toString());
        assertThat(shell.run("sites", "check").out()).containsPattern("OK +plug-in mail.jar +listener +mail");
        assertThat(shell.run("run", "--once").status()).isZero();
        shell.run("worker", "--drain");
        assertThat(mails).content().contains("To: ada@example.org", "Subject: ").contains(" at site madrid");
    }

    @Test
    void thePythonOfThePageChecksSignatures() throws Exception {
        Matcher python = PYTHON.matcher(Files.readString(PAGE));
        assertThat(python.find()).isTrue();
        String program = python.group(1) + """

                body = b"what do ya want for nothing?"
                good = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
                print(is_from_brain("Jefe", body, good), is_from_brain("Jeff", body, good))
                """;
        Process process = new ProcessBuilder("python3", "-c", program)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.strip()).isEqualTo("True False");
    }
}
