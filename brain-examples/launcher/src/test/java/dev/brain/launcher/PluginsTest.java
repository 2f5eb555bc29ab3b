package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plug-ins as jars in BRAIN_HOME, sound and broken ones, and what they mean for which sites are served. */
class PluginsTest {
    private static final String SERVICE = "META-INF/services/dev.brain.payload.PayloadBuilder$Provider";
    private static final String SITES = "META-INF/brain/sites.json";

    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 60);
    }

    @Test
    void checkListsWhatEachPlugInBrings() throws IOException {
        plugin("costa", "costa", Map.of(SITES, sites("costa", "costa"), profile("mine"), profileText("mine")));
        plugin("vall", "vall", Map.of("META-INF/brain/pages/vall.json", "{}"));

        Outcome outcome = shell.run("sites", "check");

        assertThat(outcome.out())
                .containsPattern("OK +plug-in costa.jar +payload builder +costa")
                .containsPattern("OK +plug-in costa.jar +profile +mine")
                .containsPattern("OK +plug-in costa.jar +site +costa")
                .containsPattern("OK +plug-in vall.jar +payload builder +vall")
                .containsPattern("OK +plug-in vall.jar +page +vall")
                .contains("All is well.");
        assertThat(shell.run("sites", "check", "madrid").out()).doesNotContain("costa.jar");
        JsonNode plugins = new ObjectMapper()
                .readTree(shell.run("sites", "check", "--json").out())
                .get("plugins");
        assertThat(plugins).hasSize(2);
        assertThat(plugins.get(0).get("plugin").asText()).isEqualTo("costa.jar");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no zip          | it is not a readable jar
            missing class   | com.example.Missing not found
            throws          | com.example.broken.Builder
            missing library | NoClassDefFoundError
            name twice      | its payload builder 'costa' is in costa.jar too, and neither is used
            broken profile  | profiles/broken.json: line 1
            launcher's name | its profile 'recursos-intranet' is in the launcher too
            broken sites    | sites.json
            """)
    void aBrokenJarIsOneLineAndTheOthersWork(String fault, String told) throws IOException {
        plugin("costa", "costa", Map.of());
        plugin("good", "good", Map.of());
        breakOne(fault);
        Path file = Files.writeString(folder.resolve("good.json"), sites("good_site", "good"));
        assertThat(shell.run("sites", "import", file.toString()).status()).isZero();

        Outcome check = shell.run("sites", "check");
        assertThat(check.status()).isEqualTo(1);
        assertThat(check.lines().stream().filter(line -> line.startsWith("ERROR")))
                .singleElement()
                .asString()
                .matches("ERROR +plug-in zbroken.jar +jar .*")
                .contains(told)
                .contains("take it out of plugins/");
        assertThat(check.out()).contains("plug-in good.jar");
        assertThat(shell.run("doctor").out()).containsPattern("ERROR +folder +plug-ins +zbroken.jar: ");

        Outcome run = shell.run("run", "--once", "--site", "good_site", "--max-claims", "2");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("2 queued");
    }

    @Test
    void aNameThatIsThereTwiceFailsOnlyTheSiteThatNamesIt() throws IOException {
        plugin("costa", "costa", Map.of());
        plugin("good", "good", Map.of());
        Path file = Files.writeString(folder.resolve("more.json"), sites("costa_site", "costa"));
        assertThat(shell.run("sites", "import", file.toString()).status()).isZero();
        breakOne("name twice");

        Outcome run = shell.run("run", "--once", "--max-claims", "2");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).anyMatch(line -> line.matches("costa_site( +0){7} +1"));
        assertThat(run.lines()).anyMatch(line -> line.matches("madrid .* 0"));
        assertThat(shell.run("sites", "check", "costa_site").out())
                .contains("there are two of the payload builder 'costa'")
                .contains("costa.jar")
                .contains("zbroken.jar");
    }

    @Test
    void aSiteThatNothingServesIsRefusedWithThoseKnownAndCanBeAllowed() throws IOException {
        Path file = Files.writeString(folder.resolve("atlantis.json"), """
                {"atlantis": {"query_organisme": "%A%", "filtro_texp": "2,3", "regex_expediente": ".+"}}""");
        String queue = folder.resolve("new.db").toString();

        assertWrong(
                shell.run("sites", "import", file.toString(), "--sqlite-db", queue),
                "atlantis.json",
                "site atlantis",
                "no plug-in has a site with that id",
                "Known sites: base_online, madrid, vallfosca, xaloc_girona",
                "--allow-unknown");
        assertThat(Path.of(queue)).doesNotExist();

        assertThat(shell.run("sites", "import", file.toString(), "--sqlite-db", queue, "--allow-unknown")
                        .out())
                .contains("Imported 1 site");
        // what was allowed once is known
        assertThat(shell.run("sites", "import", file.toString(), "--sqlite-db", queue)
                        .status())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "profile": "nowhere"                          | there is no profile 'nowhere'
            "payload": "nobody"                           | there is no payload builder 'nobody' (available: mapping)
            "claim": "telepathy"                          | there is no claim strategy 'telepathy'
            "source": "tea-leaves"                        | there is no source 'tea-leaves'
            "settings": {"handler": "nobody"}             | there is no handler 'nobody'
            "claim": "web", "settings": {"pages": "gone"} | there is no page file 'gone'
            """)
    void whatAKnownSiteNamesMustBeThere(String names, String told) throws IOException {
        Path file = Files.writeString(folder.resolve("one.json"), """
                {"madrid": {"query_organisme": "%%A%%", "filtro_texp": "2,3", "regex_expediente": ".+", %s}}""".formatted(names));

        assertWrong(shell.run("sites", "import", file.toString()), "one.json", "site madrid: ", told);
        assertThat(shell.run("sites", "import", file.toString(), "--allow-unknown")
                        .status())
                .isZero();
    }

    @Test
    void aMisspeltNameOfADataFileOnTheClassPathIsNamedCorrectly() throws IOException {
        Path file = Files.writeString(folder.resolve("one.json"), """
                {"madrid": {"query_organisme": "%A%", "filtro_texp": "2,3", "regex_expediente": ".+",
                 "profile": "recursos-intranets"}}""");

        assertWrong(shell.run("sites", "import", file.toString()), "did you mean 'recursos-intranet'?");
    }

    @Test
    void aSiteThatAPlugInHasIsKnownAndImportedFromItsJar() throws IOException {
        plugin("costa", "costa", Map.of(SITES, sites("costa_site", "costa")));
        Path jar = folder.resolve("plugins/costa.jar");

        assertThat(shell.run("sites", "import", jar.toString()).out()).contains("Imported 1 site");
        assertThat(shell.run("sites", "show", "costa_site").out()).containsPattern("payload +costa");

        plugin("bare", "bare", Map.of());
        assertWrong(
                shell.run("sites", "import", folder.resolve("plugins/bare.jar").toString()),
                "bare.jar",
                "META-INF/brain/sites.json");
    }

    @Test
    void theSeedsFilesAreImported() throws IOException {
        Path file = Files.writeString(folder.resolve("seed.json"), """
                {"configs": [
                 {"site_id": "xaloc_girona", "query_organisme": "%XALOC%", "filtro_texp": "2,3",
                  "regex_expediente": "^\\\\d{4}/\\\\d{6}-MUL$", "bot_username": "BOT_MULTIVIA", "active": true},
                 {"site_id": "madrid", "query_organisme": "%MADRID%", "filtro_texp": "2,3", "regex_expediente": "^.*$",
                  "url_template": null, "bot_username": "BOT_MULTIVIA", "active": false, "notes": "pendiente"}]}""");

        assertThat(shell.run(
                                "sites",
                                "import",
                                file.toString(),
                                "--sqlite-db",
                                folder.resolve("new.db").toString())
                        .out())
                .contains("Imported 2 sites");
    }

    private void breakOne(String fault) throws IOException {
        switch (fault) {
            case "no zip" -> Files.writeString(folder.resolve("plugins/zbroken.jar"), "this is no zip");
            case "missing class" -> plugin("zbroken", "fine", Map.of(SERVICE, "com.example.Missing\n"));
            case "throws" -> builder("zbroken", "broken", "throw new IllegalStateException(\"out of order\");");
            case "missing library" -> {
                builder("zbroken", "broken", "new Library();");
                Path classes = folder.resolve("zbroken-classes");
                Files.delete(classes.resolve("com/example/broken/Library.class"));
                PluginFile.jar(classes, folder.resolve("plugins/zbroken.jar"));
            }
            case "name twice" -> plugin("zbroken", "costa", Map.of());
            case "broken profile" -> plugin("zbroken", "fine", Map.of(profile("broken"), "{"));
            case "launcher's name" ->
                plugin("zbroken", "fine", Map.of(profile("recursos-intranet"), profileText("recursos-intranet")));
            case "broken sites" -> plugin("zbroken", "fine", Map.of(SITES, "{\"configs\": [{}]}"));
            default -> throw new AssertionError(fault);
        }
    }

    private void plugin(String jar, String name, Map<String, String> files) throws IOException {
        Path classes = builder(jar, name, "");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = classes.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        PluginFile.jar(classes, folder.resolve("plugins/" + jar + ".jar"));
    }

    /** A plug-in with a payload builder of that name, whose constructor does something. */
    private Path builder(String jar, String name, String constructor) throws IOException {
        Path sources = Files.createDirectories(folder.resolve(jar + "-sources"));
        Files.writeString(sources.resolve("Builder.java"), """
                package com.example.%1$s;

                import com.fasterxml.jackson.databind.node.JsonNodeFactory;
                import dev.brain.payload.*;
                import dev.brain.plugin.ProviderContext;

                public final class Builder implements PayloadBuilder.Provider {
                    public Builder() {
                        %2$s
                    }

                    @Override
                    public String name() {
                        return "%1$s";
                    }

                    @Override
                    public PayloadBuilder create(ProviderContext context) {
                        return (site, resource, more) -> Payload.of(
                                JsonNodeFactory.instance.objectNode().put("idRecurso", 1));
                    }
                }

                class Library {}
                """.formatted(name, constructor));
        Path classes = PluginFile.compile(sources, folder.resolve(jar + "-classes"));
        Path service = classes.resolve(SERVICE);
        Files.createDirectories(service.getParent());
        Files.writeString(service, "com.example." + name + ".Builder\n");
        PluginFile.jar(classes, folder.resolve("plugins/" + jar + ".jar"));
        return classes;
    }

    private static String sites(String id, String payload) {
        return """
                {"%s": {"query_organisme": "%%XALOC%%", "filtro_texp": "2,3", "regex_expediente": ".*-MUL",
                  "payload": "%s", "active": true}}""".formatted(id, payload);
    }

    private static String profile(String name) {
        return "META-INF/brain/profiles/" + name + ".json";
    }

    private static String profileText(String name) throws IOException {
        try (var in = PluginsTest.class.getResourceAsStream("/META-INF/brain/profiles/recursos.json")) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .replace("\"recursos\"", "\"" + name + "\"");
        }
    }
}
