package dev.brain.internal.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.plugin.Greeter;
import dev.brain.plugin.PlugInJar;
import dev.brain.plugin.Provider;
import dev.brain.plugin.ProviderContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProvidersTest {
    @TempDir
    private Path folder;

    private final List<URLClassLoader> loaders = new ArrayList<>();
    private final StringBuilder log = new StringBuilder();

    @AfterEach
    void closeTheJars() throws IOException {
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    private URLClassLoader loader(String file, PlugInJar jar) throws IOException {
        URL url = jar.write(folder.resolve(file), Greeter.Provider.class);
        URLClassLoader loader = PlugInJar.loader(Greeter.class.getClassLoader(), url);
        loaders.add(loader);
        return loader;
    }

    private Providers<Greeter> providers(Map<String, Greeter> given, ClassLoader... from) {
        ProviderContext context = new ProviderContext(Environment.of(Map.of()), Clock.systemUTC(), List.of(from));
        context.give(StringBuilder.class, log);
        return new Providers<>(
                "greeter",
                context,
                loader -> ServiceLoader.load(Greeter.Provider.class, loader).iterator(),
                given);
    }

    private Providers<Greeter> providers(ClassLoader... from) {
        return providers(Map.of(), from);
    }

    @Test
    void aProviderIsFoundInAJar() throws IOException {
        try (Providers<Greeter> providers =
                providers(loader("a.jar", new PlugInJar().provider(Greeter.Polite.class)))) {
            assertThat(providers.get("polite").greet()).isEqualTo("polite");
            assertThat(providers.found())
                    .startsWith("polite (" + Greeter.Polite.class.getName() + " in file:")
                    .endsWith("a.jar)");
        }
    }

    @Test
    void theOnlyProviderNeedsNoName() throws IOException {
        try (Providers<Greeter> one = providers(loader("a.jar", new PlugInJar().provider(Greeter.Polite.class)));
                Providers<Greeter> none = providers()) {
            assertThat(one.only().greet()).isEqualTo("polite");
            assertThat(one.provider("polite")).isPresent();
            assertThat(one.provider("rude")).isEmpty();
            assertThatThrownBy(none::only)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("name one greeter; found: none");
        }
    }

    @Test
    void anInstanceIsCreatedOnceAndOnlyWhenItIsAskedFor() throws IOException {
        try (Providers<Greeter> providers = providers(
                loader("a.jar", new PlugInJar().provider(Greeter.Polite.class).provider(Greeter.Rude.class)))) {
            assertThat(providers.get("polite")).isSameAs(providers.get("polite"));
            assertThat(log).isEmpty();
        }
        assertThat(log).hasToString("polite ");
    }

    @Test
    void aFailureToCreateIsNotRemembered() throws IOException {
        try (Providers<Greeter> providers = providers(loader("a.jar", new PlugInJar().provider(Greeter.Rude.class)))) {
            assertThatThrownBy(() -> providers.get("rude"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("the greeter 'rude' can't be created")
                    .hasMessageContaining("a.jar")
                    .hasMessageContaining("not now");
            assertThat(providers.get("rude").greet()).isEqualTo("rude");
        }
    }

    @Test
    void aMissingNameListsWhatWasFoundAndWhere() throws IOException {
        try (Providers<Greeter> providers = providers(
                Map.of("mine", () -> "mine"),
                loader("a.jar", new PlugInJar().provider(Greeter.Polite.class)),
                loader("b.jar", new PlugInJar().provider(Greeter.Rude.class)))) {
            assertThatThrownBy(() -> providers.get("Polite"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("there is no greeter 'Polite'; found: mine (given), polite (")
                    .hasMessageContaining("a.jar), rude (" + Greeter.Rude.class.getName())
                    .hasMessageEndingWith("b.jar)");
        }
    }

    @Test
    void whereNothingIsFoundTheMessageSaysSo() throws IOException {
        try (Providers<Greeter> providers = providers();
                Providers<Greeter> empty = providers(loader("a.jar", new PlugInJar()))) {
            assertThatThrownBy(() -> providers.get("polite")).hasMessage("there is no greeter 'polite'; found: none");
            assertThat(empty.found()).isEqualTo("none");
        }
    }

    @Test
    void aNameThatIsFoundTwiceIsRefusedWithBothPlaces() throws IOException {
        URLClassLoader one = loader("a.jar", new PlugInJar().provider(Greeter.Polite.class));
        URLClassLoader two = loader("b.jar", new PlugInJar().provider(Greeter.AlsoPolite.class));

        assertThatThrownBy(() -> providers(one, two).get("polite"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("two of the greeter 'polite'")
                .hasMessageContaining(Greeter.Polite.class.getName() + " in file:")
                .hasMessageContaining("a.jar and " + Greeter.AlsoPolite.class.getName() + " in file:")
                .hasMessageEndingWith("b.jar; take one of them away");
    }

    @Test
    void aNameThatIsFoundTwiceLeavesTheOthersAlone() throws IOException {
        URLClassLoader one = loader("a.jar", new PlugInJar().provider(Greeter.Polite.class));
        URLClassLoader two = loader(
                "b.jar", new PlugInJar().provider(Greeter.AlsoPolite.class).provider(Greeter.Rude.class));

        try (Providers<Greeter> providers = providers(one, two)) {
            assertThatThrownBy(() -> providers.get("rude")).hasMessageContaining("not now");
            assertThat(providers.get("rude").greet()).isEqualTo("rude");
            assertThat(providers.found()).contains("broken: there are two of the greeter 'polite'");
        }
    }

    @Test
    void theSamePlugInInTwoJarsIsThereTwice() throws IOException {
        URLClassLoader one = loader("a.jar", new PlugInJar().provider(Greeter.Polite.class));
        URLClassLoader two = loader("a-copy.jar", new PlugInJar().provider(Greeter.Polite.class));

        assertThatThrownBy(() -> providers(one, two).get("polite"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a.jar")
                .hasMessageContaining("a-copy.jar");
    }

    @Test
    void whatALoadersParentHasIsNotThereTwice() throws IOException {
        URLClassLoader parent = loader("a.jar", new PlugInJar().provider(Greeter.Polite.class));
        try (URLClassLoader child = new URLClassLoader(new URL[0], parent);
                Providers<Greeter> providers = providers(parent, child, parent)) {
            assertThat(providers.get("polite").greet()).isEqualTo("polite");
            assertThat(providers.found()).containsOnlyOnce("polite (");
        }
    }

    @Test
    void aGivenInstanceWinsOverProvidersOfItsName() throws IOException {
        Greeter mine = () -> "mine";
        try (Providers<Greeter> providers = providers(
                Map.of("polite", mine),
                loader("a.jar", new PlugInJar().provider(Greeter.Polite.class)),
                loader("b.jar", new PlugInJar().provider(Greeter.AlsoPolite.class)))) {
            assertThat(providers.get("polite")).isSameAs(mine);
        }
    }

    static Stream<Arguments> brokenOnes() {
        return Stream.of(
                Arguments.of(new PlugInJar().service("com.example.Missing"), "com.example.Missing"),
                Arguments.of(new PlugInJar().service("not a class name"), "META-INF/services"),
                Arguments.of(new PlugInJar().provider(PlugInJar.class), "PlugInJar"),
                Arguments.of(new PlugInJar().provider(Greeter.Unmakeable.class), "Unmakeable"),
                Arguments.of(new PlugInJar().provider(Greeter.Nameless.class), "Nameless"),
                Arguments.of(new PlugInJar().providerOfTheFuture(Greeter.AlsoPolite.class), "AlsoPolite"),
                Arguments.of(
                        new PlugInJar().service("com.example.Junk").entry("com/example/Junk.class", new byte[] {1, 2, 3
                        }),
                        "ClassFormatError"));
    }

    @ParameterizedTest
    @MethodSource("brokenOnes")
    void aBrokenProviderDoesNotHideTheGoodOnes(PlugInJar jar, String culprit) throws IOException {
        ClassLoader one = loader("a.jar", new PlugInJar().provider(Greeter.Polite.class));
        ClassLoader broken = loader("broken.jar", jar);
        ClassLoader two = loader("b.jar", new PlugInJar().provider(Greeter.Rude.class));

        try (Providers<Greeter> providers = providers(one, broken, two)) {
            assertThat(providers.get("polite").greet()).isEqualTo("polite");
            assertThatThrownBy(() -> providers.get("another"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("polite (")
                    .hasMessageContaining("rude (")
                    .hasMessageContaining("broken: ")
                    .hasMessageContaining(culprit);
        }
    }

    @Test
    void aGoodProviderBehindABrokenOneInOneJarIsFound() throws IOException {
        PlugInJar jar = new PlugInJar()
                .service("com.example.Missing")
                .providerOfTheFuture(Greeter.AlsoPolite.class)
                .provider(Greeter.Unmakeable.class)
                .provider(Greeter.Polite.class);

        try (Providers<Greeter> providers = providers(loader("a.jar", jar))) {
            assertThat(providers.get("polite").greet()).isEqualTo("polite");
        }
    }

    @Test
    void aLoaderThatCantBeSearchedIsOneBrokenPlace() throws IOException {
        ClassLoader unreadable = new ClassLoader(null) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                throw new IOException("the share is gone");
            }
        };

        try (Providers<Greeter> providers =
                providers(unreadable, loader("a.jar", new PlugInJar().provider(Greeter.Polite.class)))) {
            assertThat(providers.get("polite").greet()).isEqualTo("polite");
            assertThat(providers.found()).containsOnlyOnce("broken: ");
        }
    }

    @Test
    void closingClosesWhatWasCreatedTheLastFirstAndNotWhatWasGiven() throws IOException {
        Greeter given = new Greeter.Closed(log, "given");
        Providers<Greeter> providers = providers(
                Map.of("given", given),
                loader("a.jar", new PlugInJar().provider(Greeter.Polite.class).provider(Greeter.Rude.class)));
        providers.get("given");
        assertThatThrownBy(() -> providers.get("rude")).hasMessageContaining("not now");
        providers.get("polite");
        providers.get("rude");

        providers.close();
        providers.close();

        assertThat(log).hasToString("asked rude polite ");
    }

    @Test
    void aFailureToCloseIsTold() throws IOException {
        ProviderContext context = new ProviderContext(
                Environment.of(Map.of()), Clock.systemUTC(), List.of(Greeter.class.getClassLoader()));
        Providers<Greeter> providers = new Providers<>(
                "greeter",
                context,
                loader -> List.<Provider<Greeter>>of(new Stuck()).iterator(),
                Map.of());
        providers.get("stuck");

        assertThatThrownBy(providers::close)
                .isInstanceOf(BrainException.class)
                .hasMessageContaining("broken one is stuck");
    }

    private final class Stuck implements Provider<Greeter> {
        @Override
        public String name() {
            return "stuck";
        }

        @Override
        public Greeter create(ProviderContext context) {
            return new Greeter.Closed(log, "broken one");
        }
    }
}
