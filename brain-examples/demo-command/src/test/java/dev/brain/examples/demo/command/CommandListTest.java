package dev.brain.examples.demo.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.launcher.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of commands in docs/cli.md. */
class CommandListTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "cli.md");
    private static final Pattern LIST = Pattern.compile("```\\n((?:brain .*\\n)+)```");
    private static final Pattern COMMANDS = Pattern.compile("Commands:\\R(.*?)(?:\\R\\R|\\z)", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("^  (\\w+)", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    @Test
    void thePageListsEveryCommand() throws IOException {
        Matcher list = LIST.matcher(Files.readString(PAGE));
        assertThat(list.find()).isTrue();
        List<String> listed = new ArrayList<>();
        list.group(1).lines().forEach(line -> {
            String command = line.replaceFirst("brain (\\S+).*", "$1");
            listed.add(command);
            List<String> subcommands = commands(command);
            if (!subcommands.isEmpty()) {
                assertThat(List.of(line.replaceFirst("brain \\S+\\s+", "").split(", ")))
                        .as(command)
                        .containsExactlyInAnyOrderElementsOf(subcommands);
            }
        });

        assertThat(listed).containsExactlyInAnyOrderElementsOf(commands());
    }

    /** Returns the subcommands that the help of a command lists. */
    private List<String> commands(String... command) {
        List<String> help = new ArrayList<>(List.of(command));
        help.add("--help");
        Matcher section = COMMANDS.matcher(
                new Shell(folder).run(help.toArray(String[]::new)).out());
        return section.find()
                ? COMMAND.matcher(section.group(1))
                        .results()
                        .map(found -> found.group(1))
                        .toList()
                : List.of();
    }
}
