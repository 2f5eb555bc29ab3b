package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who else presses in a stored session. */
class SessionUsersTest {
    @TempDir
    private Path folder;

    /** Presses in the session of a folder until its standard input ends. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws IOException {
            try (SessionUsers users = new SessionUsers(Path.of(arguments[0]), "fake")) {
                users.begin();
                System.out.println("pressing");
                while (System.in.read() != -1) {
                    // until it may end
                }
            }
        }
    }

    private Process otherProcess() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("pressing");
        return process;
    }

    @Test
    void anotherProcessIsKnownUntilAListIsOpenedAfterItsEnd() throws Exception {
        try (SessionUsers users = new SessionUsers(folder, "fake")) {
            users.begin();
            assertThat(users.isAlone()).isTrue();

            Process other = otherProcess();
            try {
                assertThat(users.isAlone()).isFalse();
                users.begin();
                assertThat(users.isAlone()).as("it still runs").isFalse();
            } finally {
                other.getOutputStream().close();
                other.waitFor();
            }
            assertThat(users.isAlone())
                    .as("its last message may not have been shown")
                    .isFalse();
            users.begin();
            assertThat(users.isAlone()).isTrue();
        }
    }

    @Test
    void twoUsersOfOneProcessKnowEachOther() throws IOException {
        try (SessionUsers users = new SessionUsers(folder, "fake");
                SessionUsers others = new SessionUsers(folder, "fake2")) {
            users.begin();
            others.begin();
            assertThat(users.isAlone()).as("the other session is another").isTrue();
            try (SessionUsers same = new SessionUsers(folder, "fake")) {
                same.begin();
                assertThat(same.isAlone()).isFalse();
                users.begin();
                assertThat(users.isAlone()).isFalse();
            }
            users.begin();
            assertThat(users.isAlone()).isTrue();
        }
    }

    @Test
    void nobodyIsAloneWhereNoFileCanBeWritten() throws IOException {
        Path noFolder = Files.writeString(folder.resolve("sessions"), "no folder");
        try (SessionUsers users = new SessionUsers(noFolder, "fake")) {
            assertThat(users.isAlone()).as("before anything is pressed").isFalse();
            users.begin();
            assertThat(users.isAlone()).isFalse();
        }
    }
}
