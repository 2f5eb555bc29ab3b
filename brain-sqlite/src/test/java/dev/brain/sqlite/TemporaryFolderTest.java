package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brain.tck.OrdinaryUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A temporary folder that is of no use is named in one line, and nothing stays in one that is. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows keeps the file of a library that is in use")
class TemporaryFolderTest {
    @TempDir
    Path folder;

    private Path temporary;

    @BeforeEach
    void queue() throws IOException {
        temporary = Files.createDirectory(folder.resolve("tmp"));
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.queue().reserve(Drafts.of(1))).hasSize(1);
        }
    }

    private Path file() {
        return folder.resolve("queue.db");
    }

    private String option() {
        return "-Djava.io.tmpdir=" + temporary;
    }

    private void assertTold(String output, String... told) {
        assertThat(output)
                .contains(told)
                .contains(temporary.toString(), "TMPDIR")
                .hasLineCount(1);
    }

    @Test
    void nothingStaysThereEvenIfTheProcessIsHalted() throws IOException {
        assertThat(StoreProcess.open(file(), option())).isEqualTo("tasks 1");
        assertThat(StoreProcess.snapshot(file(), option())).isEqualTo("tasks 1");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    @Tag("slow")
    void oneThatIsMissingIsNamed() throws IOException {
        Files.delete(temporary);
        assertTold(StoreProcess.open(file(), option()), "does not exist");
        assertTold(StoreProcess.snapshot(file(), option(), "-Dorg.sqlite.tmpdir=" + folder), "does not exist");
    }

    @Test
    void oneThatCannotBeWrittenIsNamed() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r-xr-xr-x"));
        assertTold(StoreProcess.open(file(), option()), "this user may not write it");
        assertTold(
                StoreProcess.snapshot(file(), option(), "-Dorg.sqlite.tmpdir=" + folder), "this user may not write it");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Tag("slow")
    void oneFromWhichNothingMayBeExecutedIsNamed() throws Exception {
        assertTold(mounted("noexec,size=20m", StoreProcess.java("open", file(), option())), "noexec");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Tag("slow")
    void oneThatIsFullIsNamed() throws Exception {
        assertTold(mounted("size=64k", StoreProcess.java("open", file(), option())), "full");
        assertTold(
                mounted("size=64k", StoreProcess.java("snapshot", file(), option(), "-Dorg.sqlite.tmpdir=" + folder)),
                "full");
    }

    /** Runs a command that has a file system of its own at the temporary folder. */
    private String mounted(String options, List<String> command) throws Exception {
        boolean mayMount = new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
        assumeTrue(mayMount, "this user may not mount a file system");
        List<String> whole = new ArrayList<>(List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o " + options + " tmpfs '" + temporary + "' && exec \"$@\"",
                "sh"));
        whole.addAll(OrdinaryUser.command(command));
        return StoreProcess.run(whole);
    }
}
