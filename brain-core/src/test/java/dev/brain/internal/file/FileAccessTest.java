package dev.brain.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
class FileAccessTest {
    @TempDir
    private Path folder;

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    @Test
    void whatIsCreatedIsForTheOwnerOnly() throws IOException {
        Path file = FileAccess.OWNER.createFile(
                FileAccess.OWNER.createFolder(folder.resolve("a/b")).resolve("file"));

        assertThat(mode(folder.resolve("a"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("a/b"))).isEqualTo("rwx------");
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void theGroupGetsWhatIsCreatedForItWhateverTheUmask() throws IOException {
        Path file = FileAccess.GROUP.createFile(
                FileAccess.GROUP.createFolder(folder.resolve("a/b")).resolve("file"));

        assertThat(mode(folder.resolve("a"))).isEqualTo("rwxrwx---");
        assertThat(mode(folder.resolve("a/b"))).isEqualTo("rwxrwx---");
        assertThat(mode(file)).isEqualTo("rw-rw----");
    }

    @Test
    void aFolderThatHandsItsGroupDownKeepsDoingSo() throws IOException {
        int setgid = 02000;
        Files.setAttribute(folder, "unix:mode", setgid | 0770);
        Path inner = FileAccess.GROUP.createFolder(folder.resolve("inner"));

        assertThat((Integer) Files.getAttribute(inner, "unix:mode") & 07777).isEqualTo(setgid | 0770);
    }

    @Test
    void whatIsThereKeepsItsPermissionsAndItsContent() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");
        setMode(file, "rw-r--r--");
        setMode(folder, "rwxr-xr-x");

        for (FileAccess access : FileAccess.values()) {
            access.createFolder(folder);
            access.createFile(file);
        }

        assertThat(mode(file)).isEqualTo("rw-r--r--");
        assertThat(mode(folder)).isEqualTo("rwxr-xr-x");
        assertThat(file).hasContent("content");
    }

    @Test
    void aFileInAFoldersPlaceIsAnError() throws IOException {
        Path taken = Files.writeString(folder.resolve("taken"), "a file");

        assertThatThrownBy(() -> FileAccess.OWNER.createFolder(taken.resolve("inner")))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void onlyWhatEveryUserCanReachIsOpenToEveryone() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path file = Files.writeString(inner.resolve("file"), "content");
        setMode(folder, "rwxr-xr-x");
        setMode(inner, "rwxr-xr-x");
        setMode(file, "rw-r--r--");
        assertThat(FileAccess.isOpenToEveryone(file)).isTrue();

        setMode(file, "rw-rw----");
        assertThat(FileAccess.isOpenToEveryone(file)).isFalse();

        setMode(file, "rw-----w-");
        assertThat(FileAccess.isOpenToEveryone(file)).isTrue();

        setMode(inner, "rwxr-x---");
        assertThat(FileAccess.isOpenToEveryone(file))
                .as("behind a closed folder")
                .isFalse();
        assertThat(FileAccess.isOpenToEveryone(inner)).isFalse();
    }

    @Test
    void theVariableSelectsIt() {
        assertThat(FileAccess.of(Environment.of(Map.of()))).isEqualTo(FileAccess.OWNER);
        assertThat(FileAccess.of(Environment.of(Map.of("BRAIN_FILE_ACCESS", "Group"))))
                .isEqualTo(FileAccess.GROUP);
        assertThatThrownBy(() -> FileAccess.of(Environment.of(Map.of("BRAIN_FILE_ACCESS", "0644"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("BRAIN_FILE_ACCESS")
                .hasMessageContaining("'group'");
    }
}
