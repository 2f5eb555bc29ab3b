package dev.brain.dashboard.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.dashboard.access.Access.LogIn;
import dev.brain.dashboard.access.Principal.Role;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordFileTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("users");
    }

    private void save(String name, Role role, String password) {
        PasswordFile.save(file(), new Principal(name, role), password);
    }

    @Test
    void aUserLogsInWithTheRoleOfTheFile() {
        save("vera", Role.VIEWER, PASSWORD);
        save("oscar", Role.OPERATOR, "another password");
        PasswordFile users = PasswordFile.open(file());
        assertThat(users.logIn("vera", PASSWORD).orElseThrow().principal())
                .isEqualTo(new Principal("vera", Role.VIEWER));
        assertThat(users.logIn("oscar", "another password").orElseThrow().principal())
                .isEqualTo(new Principal("oscar", Role.OPERATOR));
        assertThat(users.logIn("vera", "another password")).isEmpty();
        assertThat(users.logIn("vera", "")).isEmpty();
        assertThat(users.logIn("nobody", "")).isEmpty();
    }

    @Test
    void theFileHasNoPasswordAndNoTwoHashesAreTheSame() throws IOException {
        save("vera", Role.VIEWER, PASSWORD);
        save("oscar", Role.OPERATOR, PASSWORD);
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(2).noneMatch(line -> line.contains(PASSWORD));
        assertThat(lines.get(0)).startsWith("vera:viewer:pbkdf2-sha256:600000:");
        assertThat(lines.get(0).substring(lines.get(0).lastIndexOf(':')))
                .isNotEqualTo(lines.get(1).substring(lines.get(1).lastIndexOf(':')));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
    void theFileIsForItsOwnerOnly() throws IOException {
        save("vera", Role.VIEWER, PASSWORD);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
    void aFileThatEveryoneCanReadIsRefused() throws IOException {
        save("vera", Role.VIEWER, PASSWORD);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> PasswordFile.open(file()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    @Tag("slow")
    void aChangeEndsTheLogInsOfItsUserOnly() {
        save("vera", Role.VIEWER, PASSWORD);
        save("oscar", Role.OPERATOR, PASSWORD);
        PasswordFile users = PasswordFile.open(file());
        LogIn vera = users.logIn("vera", PASSWORD).orElseThrow();
        LogIn oscar = users.logIn("oscar", PASSWORD).orElseThrow();
        save("oscar", Role.VIEWER, PASSWORD);
        assertThat(vera.isValid().getAsBoolean()).isTrue();
        assertThat(oscar.isValid().getAsBoolean()).isFalse();
        save("vera", Role.VIEWER, "a new password");
        assertThat(vera.isValid().getAsBoolean()).isFalse();
        assertThat(users.logIn("vera", PASSWORD)).isEmpty();
        assertThat(users.logIn("vera", "a new password")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vera",
                "vera:viewer:plain:1:AA==:AA==",
                "vera:boss:pbkdf2-sha256:1000:AA==:AA==",
                "vera:viewer:pbkdf2-sha256:0:AA==:AA==",
                "vera:viewer:pbkdf2-sha256:99999999:AA==:AA==",
                "vera:viewer:pbkdf2-sha256:1000:A:AA==",
                ":viewer:pbkdf2-sha256:1000:AA==:AA=="
            })
    void aLineThatIsNoUserIsRefused(String line) throws IOException {
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file(), "oscar:operator:pbkdf2-sha256:1000:AA==:AA==\n" + line + "\n");
        assertThatThrownBy(() -> PasswordFile.open(file()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void aFileWithoutUsersIsRefused() throws IOException {
        assertThatThrownBy(() -> PasswordFile.open(file())).isInstanceOf(ConfigurationException.class);
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThatThrownBy(() -> PasswordFile.open(file()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("brain dashboard password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a:b", "a\nb", "<script>"})
    void aNameThatWouldBreakTheFileIsRefused(String name) {
        assertThatThrownBy(() -> save(name, Role.VIEWER, PASSWORD)).isInstanceOf(RuntimeException.class);
        assertThat(file()).doesNotExist();
    }

    @Test
    void aShortPasswordIsRefused() {
        assertThatThrownBy(() -> save("vera", Role.VIEWER, "short"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at least 10");
        assertThat(file()).doesNotExist();
    }
}
