package dev.brain.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoWorldTest {
    @TempDir
    private Path folder;

    @Test
    void aNewWorldHasCasesSitesAndSettings() {
        Path place = folder.resolve("a/b");
        try (DemoWorld world = DemoWorld.open(place, 3, 100)) {
            assertThat(world.isReused()).isFalse();
            assertThat(world.cases().count()).isEqualTo(100);
            assertThat(world.siteFile()).exists();
            assertThat(place.resolve(".env")).content().contains("BRAIN_SOURCE_URL=" + world.sourceUrl());
        }
    }

    @Test
    void aWorldThatIsThereKeepsItsSeedAndItsCases() {
        DemoWorld.open(folder, 3, 100).close();

        try (DemoWorld world = DemoWorld.open(folder, 4, 500)) {
            assertThat(world.isReused()).isTrue();
            assertThat(world.cases().seed()).isEqualTo(3);
            assertThat(world.cases().count()).isEqualTo(100);
        }
    }

    @Test
    void aFolderWithOtherThingsIsRefusedAndLeftAlone() throws IOException {
        Files.writeString(folder.resolve("letter.txt"), "mine");

        assertThatThrownBy(() -> DemoWorld.open(folder, 3, 100))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("letter.txt")
                .hasMessageContaining("--dir");
        assertThat(folder.toFile().list()).containsExactly("letter.txt");
    }

    @Test
    void aWorldWhoseMakingWasBrokenOffIsMadeAnew() throws IOException {
        Files.writeString(folder.resolve("cases.db.part"), "half of it");
        Files.writeString(folder.resolve("sites.json"), "{}");

        try (DemoWorld world = DemoWorld.open(folder, 3, 100)) {
            assertThat(world.isReused()).isFalse();
            assertThat(world.cases().count()).isEqualTo(100);
        }
    }
}
