package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTest {
    @TempDir
    private Path home;

    private static String json(String table) {
        return """
                {"name": "cases", "table": "%s", "id": "id", "reference": "ref", "columns": ["id"], "free": "s = 0",
                 "owner": "o", "claim": {"o": ":claimant"}}
                """.formatted(table);
    }

    private ProviderContext context(ClassLoader... loaders) {
        return new ProviderContext(
                Environment.of(Map.of("BRAIN_HOME", home.toString())), Clock.systemUTC(), List.of(loaders));
    }

    private Profiles none(ClassLoader... loaders) {
        return new Profiles(context(loaders), List.of(), null);
    }

    private static Site site(String profile) {
        return Site.builder("madrid").setting("profile", profile).build();
    }

    private void writeHome(String name, String text) throws IOException {
        Files.createDirectories(home.resolve("profiles"));
        Files.writeString(home.resolve("profiles").resolve(name + ".json"), text);
    }

    private URL jar(String file, String name, String text) throws IOException {
        Path path = home.resolve(file);
        try (OutputStream out = Files.newOutputStream(path);
                JarOutputStream jar = new JarOutputStream(out)) {
            jar.putNextEntry(new JarEntry("META-INF/brain/profiles/" + name + ".json"));
            jar.write(text.getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }
        return path.toUri().toURL();
    }

    @Test
    void aGivenProfileNeedNotBeLookedFor() throws IOException {
        writeHome("cases", json("from_home"));
        Profiles profiles = new Profiles(context(), List.of(Profile.parse(json("given"), "x")), null);

        assertThat(profiles.of(site("cases")).table()).containsExactly("given");
    }

    @Test
    void theOnlyGivenProfileServesSitesThatNameNone() {
        Profile one = Profile.parse(json("given"), "x");
        Profile two = Profile.parse(json("other").replace("cases", "two"), "x");
        Site silent = Site.builder("madrid").build();

        assertThat(new Profiles(context(), List.of(one), null).of(silent)).isSameAs(one);
        assertThat(new Profiles(context(), List.of(one, two), "two").of(silent)).isSameAs(two);
        assertThatThrownBy(() -> new Profiles(context(), List.of(one, two), null).of(silent))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("site madrid: it names no profile: give it the setting \"profile\"");
    }

    @Test
    void theHomeFolderComesBeforeThePlugIns() throws IOException {
        try (URLClassLoader plugIns = new URLClassLoader(new URL[] {jar("a.jar", "cases", json("from_jar"))}, null)) {
            assertThat(none(plugIns).of(site("cases")).table()).containsExactly("from_jar");

            writeHome("cases", json("from_home"));
            assertThat(none(plugIns).of(site("cases")).table()).containsExactly("from_home");
        }
    }

    @Test
    void aProfileIsReadOnce() throws IOException {
        writeHome("cases", json("first"));
        Profiles profiles = none();
        Profile first = profiles.of(site("cases"));
        writeHome("cases", json("second"));

        assertThat(profiles.of(site("cases"))).isSameAs(first);
    }

    @Test
    void aFileThatWasCorrectedIsReadAgain() throws IOException {
        writeHome("cases", "{");
        Profiles profiles = none();
        assertThatThrownBy(() -> profiles.of(site("cases")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cases.json: line 1");
        writeHome("cases", json("t"));

        assertThat(profiles.of(site("cases")).table()).containsExactly("t");
    }

    @Test
    void aBrokenProfileInAJarNamesTheJar() throws IOException {
        try (URLClassLoader plugIns = new URLClassLoader(new URL[] {jar("a.jar", "cases", "{")}, null)) {
            assertThatThrownBy(() -> none(plugIns).of(site("cases")))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("a.jar!/META-INF/brain/profiles/cases.json: line 1");
        }
    }

    @Test
    void aProfileThatIsThereTwiceIsRefusedWithBothPlaces() throws IOException {
        try (URLClassLoader plugIns = new URLClassLoader(
                new URL[] {jar("a.jar", "cases", json("a")), jar("b.jar", "cases", json("b"))}, null)) {
            assertThatThrownBy(() -> none(plugIns).of(site("cases")))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("'cases' is there 2 times")
                    .hasMessageContaining("a.jar")
                    .hasMessageContaining("b.jar");
        }
    }

    @Test
    void aJarThatTwoLoadersSeeCountsOnce() throws IOException {
        try (URLClassLoader parent = new URLClassLoader(new URL[] {jar("a.jar", "cases", json("a"))}, null);
                URLClassLoader child = new URLClassLoader(new URL[0], parent)) {
            assertThat(none(parent, child).of(site("cases")).table()).containsExactly("a");
        }
    }

    @Test
    void aMissingProfileSaysWhereItWasLookedFor() {
        assertThatThrownBy(() -> none().of(site("cases")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no profile 'cases'")
                .hasMessageContaining(
                        home.resolve("profiles").resolve("cases.json").toString())
                .hasMessageContaining("META-INF/brain/profiles/cases.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../cases", "a/b", "a\\b", "cases.json", "C:", "a b", "ñ", "..", "a\0"})
    void aNameThatLeavesTheFolderIsRefused(String name) throws IOException {
        Files.writeString(home.resolve("cases.json"), json("outside"));

        assertThatThrownBy(() -> none().of(site(name)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("'" + name + "' can't be the name of a profile");
    }

    @Test
    void allProvidersOfAContextShareThem() {
        ProviderContext context = context();

        assertThat(Profiles.shared(context)).isSameAs(Profiles.shared(context));
    }
}
