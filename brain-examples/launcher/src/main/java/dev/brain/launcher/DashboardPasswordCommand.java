package dev.brain.launcher;

import dev.brain.dashboard.access.PasswordFile;
import dev.brain.dashboard.access.Principal;
import dev.brain.dashboard.access.Principal.Role;
import dev.brain.error.ConfigurationException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain dashboard password} */
@Command(
        name = "password",
        header = "Add a user of the dashboard, or change one's password and role.",
        description = "%nAsks for the password; without a terminal, it is the first line of standard input. Sessions of"
                + " that user end.",
        footer = {"", "Example:", "  brain dashboard password vera --role viewer --password-file users"})
final class DashboardPasswordCommand extends BrainCommand {
    /** In the spelling of the command line. */
    enum RoleName {
        viewer(Role.VIEWER),
        operator(Role.OPERATOR);

        private final Role role;

        RoleName(Role role) {
            this.role = role;
        }
    }

    @Parameters(paramLabel = "NAME", description = "The user, by the name that the history will show.")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "viewer|operator",
            description = "Whether the user only looks, or may change something too (default: ${DEFAULT-VALUE}).")
    private RoleName role = RoleName.operator;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            required = true,
            description = "The file of users; it is created if it is missing.")
    private Path file = Path.of("");

    @Override
    protected int run() throws IOException {
        PasswordFile.save(file, new Principal(name, role.role), password());
        out().println(name + " may log in as " + role + ".");
        return DONE;
    }

    private String password() throws IOException {
        Optional<Console> console = Optional.ofNullable(System.console());
        String password = console.isPresent() ? asked(console.get()) : firstLine();
        if (password == null) {
            throw new ConfigurationException("there is no password; write one line to standard input");
        }
        return password;
    }

    private static @Nullable String firstLine() throws IOException {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }

    private static @Nullable String asked(Console console) {
        char[] first = console.readPassword("Password: ");
        // Newer JDKs have a console without a terminal too; it then ends after the first line.
        char[] second = first == null ? null : console.readPassword("The same again: ");
        if (second != null && !Arrays.equals(first, second)) {
            throw new ConfigurationException("the two passwords are not the same; nothing was changed");
        }
        return first == null ? null : new String(first);
    }
}
