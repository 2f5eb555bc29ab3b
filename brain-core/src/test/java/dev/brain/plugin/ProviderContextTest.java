package dev.brain.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderContextTest {
    private final StringBuilder log = new StringBuilder();

    private static ProviderContext context(ClassLoader... loaders) {
        return new ProviderContext(Environment.of(Map.of()), Clock.systemUTC(), List.of(loaders));
    }

    private Greeter.Closed closed(String name) {
        return new Greeter.Closed(log, name);
    }

    @Test
    void aSharedInstanceIsCreatedOnce() {
        try (ProviderContext context = context()) {
            List<String> created = new ArrayList<>();

            assertThat(context.shared(String.class, () -> {
                        created.add("x");
                        return "x";
                    }))
                    .isEqualTo("x");
            assertThat(context.shared(String.class, () -> "y")).isEqualTo("x");
            assertThat(context.shared(Integer.class, () -> 5)).isEqualTo(5);
            assertThat(created).hasSize(1);
        }
    }

    @Test
    void aFailureToCreateIsNotShared() {
        try (ProviderContext context = context()) {
            assertThatThrownBy(() -> context.shared(String.class, () -> {
                        throw new IllegalStateException("not now");
                    }))
                    .hasMessage("not now");
            assertThat(context.shared(String.class, () -> "x")).isEqualTo("x");
        }
    }

    @Test
    void aGivenInstanceWinsAndIsNotClosed() {
        ProviderContext context = context();
        Greeter.Closed given = closed("given");
        context.give(Greeter.Closed.class, given);

        assertThat(context.shared(Greeter.Closed.class, () -> closed("created")))
                .isSameAs(given);
        context.close();

        assertThat(log).isEmpty();
    }

    @Test
    void whatNeedsAnotherInstanceIsClosedBeforeIt() {
        ProviderContext context = context();
        context.shared(Greeter.class, () -> {
            context.shared(AutoCloseable.class, () -> closed("inner"));
            return closed("outer");
        });

        context.close();

        assertThat(log).hasToString("outer inner ");
    }

    @Test
    void closingTwiceClosesOnceEvenIfItFails() {
        ProviderContext context = context();
        context.shared(Greeter.class, () -> closed("broken"));
        context.shared(AutoCloseable.class, () -> closed("good"));

        assertThatThrownBy(context::close).isInstanceOf(BrainException.class);
        context.close();

        assertThat(log).hasToString("good broken ");
    }

    @Test
    void dataFilesOfAllLoadersAreFoundOnceEach(@TempDir Path folder) throws IOException {
        URL a = jar(folder.resolve("a.jar"));
        URL b = jar(folder.resolve("b.jar"));
        try (URLClassLoader parent = new URLClassLoader(new URL[] {a}, null);
                URLClassLoader child = new URLClassLoader(new URL[] {b}, parent);
                ProviderContext context = context(parent, child)) {
            assertThat(context.dataFiles("data/x.json"))
                    .extracting(URL::toString)
                    .containsExactly("jar:" + a + "!/data/x.json", "jar:" + b + "!/data/x.json");
            assertThat(context.dataFiles("data/y.json")).isEmpty();
        }
    }

    @Test
    void aDataFileInTheHomeFolderWinsOverThatOfAPlugIn(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("a.jar");
        URL plugin = new PlugInJar()
                .entry("META-INF/brain/texts/greeting.json", "{\"text\": \"Hello\"}".getBytes(StandardCharsets.UTF_8))
                .write(jar, Greeter.Provider.class);
        Environment environment = Environment.of(Map.of("BRAIN_HOME", folder.toString()));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {plugin}, null);
                ProviderContext context = new ProviderContext(environment, Clock.systemUTC(), List.of(loader))) {
            assertThat(context.<String>dataFile(
                            "texts", "greeting", file -> file.get("text").asText()))
                    .isEqualTo("Hello");

            Files.createDirectory(folder.resolve("texts"));
            Files.writeString(folder.resolve("texts/greeting.json"), "{\"text\": \"Good morning\"}");
            assertThat(context.<String>dataFile(
                            "texts", "greeting", file -> file.get("text").asText()))
                    .isEqualTo("Good morning");

            assertThatThrownBy(() -> context.dataFile("texts", "farewell", file -> file))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("there is no data file 'farewell'")
                    .hasMessageContaining("correct the site's \"texts\"");
            assertThatThrownBy(() -> context.dataFile("texts", "greeting", file -> {
                        throw new ConfigurationException("\"text\" must be short");
                    }))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(folder.resolve("texts/greeting.json") + ": \"text\" must be short");
        }
    }

    private static URL jar(Path file) throws IOException {
        return new PlugInJar().entry("data/x.json", new byte[] {1}).write(file, Greeter.Provider.class);
    }

    @Test
    void aLoaderThatCantBeSearchedIsAnErrorAndNotAMissingFile() {
        ClassLoader unreadable = new ClassLoader(null) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                throw new IOException("the share is gone");
            }
        };
        try (ProviderContext context = context(unreadable)) {
            assertThatThrownBy(() -> context.dataFiles("data/x.json"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("data/x.json")
                    .hasMessageContaining("the share is gone");
        }
    }
}
