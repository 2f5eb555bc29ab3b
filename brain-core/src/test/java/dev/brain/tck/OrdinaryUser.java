package dev.brain.tck;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts processes for which the permissions of files count, even where the tests run as root. */
public final class OrdinaryUser {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private OrdinaryUser() {}

    /** Returns the command as an ordinary user runs it; skips the test where root can't give up its privileges. */
    public static List<String> command(List<String> command) {
        List<String> ordinary = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            assumeTrue(
                    Files.isExecutable(SETPRIV), "root ignores permissions, and there is no setpriv to give that up");
            ordinary.addAll(List.of(SETPRIV.toString(), "--bounding-set=-all", "--inh-caps=-all"));
        }
        ordinary.addAll(command);
        return ordinary;
    }
}
