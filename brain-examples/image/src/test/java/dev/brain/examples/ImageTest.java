package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.launcher.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/brain} has out of the box. */
@Tag("slow")
class ImageTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    private static final String PLUGINS = "brain-examples/image/target/brain/plugins";

    @TempDir
    private Path folder;

    @Test
    void theExampleSitesAreAPlugInOfTheImageAndNotOnTheLaunchersClassPath() throws Exception {
        Shell.inWorld(folder, 60);

        assertThat(brain("sites", "import", PROJECT.resolve(PLUGINS) + "/brain-example-sites.jar")
                        .out())
                .contains("Imported 3 sites");
        Shell.Outcome check = brain("sites", "check");
        assertThat(check.out())
                .containsPattern(
                        "OK +plug-in brain-example-sites.jar +payload builder +base_online, madrid, xaloc_girona")
                .containsPattern(
                        "OK +plug-in brain-example-sites.jar +profile +recursos-cliente, recursos-cliente-intranet")
                .containsPattern("OK +plug-in brain-example-sites.jar +page +recursos-cliente-intranet")
                .containsPattern("OK +plug-in brain-example-sites.jar +site +base_online, madrid, xaloc_girona")
                .contains("All is well.");
        assertThat(check.status()).isZero();
    }

    @Test
    void classesComeFromAnArchiveFromTheFirstStartOn() throws Exception {
        Path loaded = folder.resolve("loaded.txt");
        // an option of the JDK's launcher that bin/brain knows nothing of
        Shell.Outcome help = brain(Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded), "--help");
        assertThat(help.status()).isZero();
        assertThat(Files.readString(loaded))
                .contains("dev.brain.launcher.BrainLauncher source: shared objects file (top)");
    }

    private Shell.Outcome brain(String... arguments) throws IOException, InterruptedException {
        return brain(Map.of(), arguments);
    }

    private Shell.Outcome brain(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(PROJECT.resolve("bin/brain").toString()));
        command.addAll(List.of(arguments));
        Path errors = folder.resolveSibling(folder.getFileName() + ".err");
        // the demo's own .env names source and queue
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("BRAIN_.*|SQL.*|BOT_.*"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Shell.Outcome(process.waitFor(), out, Files.readString(errors));
    }
}
