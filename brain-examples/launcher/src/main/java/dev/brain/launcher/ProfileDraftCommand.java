package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.file.FileAccess;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.ProfileDraft;
import dev.brain.jdbc.QualifiedName;
import dev.brain.plugin.ProviderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brain profile draft} */
@Command(
        name = "draft",
        header = "Draft the profile of a table from the database's catalogue.",
        description = "%nWrites a file in profiles/ and lists what a person must decide. Reads no rows. A site with the"
                + " draft claims nothing until its condition \"free\" is written.",
        footer = {
            "",
            "Examples:",
            "  brain profile draft --table Recursos.RecursosExp",
            "  brain profile draft --table cases --url jdbc:mariadb://db.example/office"
        })
final class ProfileDraftCommand extends BrainCommand {
    private static final List<String> ACCOUNT = List.of("BRAIN_SOURCE_USER", "BRAIN_SOURCE_PASSWORD");

    @Option(
            names = "--table",
            paramLabel = "NAME",
            required = true,
            description = "The table, as the database shows it.")
    private String table = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The database (default: the configured system of record). The account is"
                    + " BRAIN_SOURCE_USER, unless the URL has one.")
    private @Nullable String url;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The name by which sites choose the profile (default: made from the table's name).")
    private @Nullable String name;

    @Option(names = "--force", description = "Overwrite the file if it exists.")
    private boolean force;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    protected int run() throws IOException {
        String profile = name == null ? nameOf(table) : name;
        if (!profile.matches("[\\p{L}\\p{N}_-]+")) {
            throw new ConfigurationException(
                    "'" + profile + "' can't be the name of a profile: use letters, digits, _" + " and - in --name");
        }
        Path file = home().resolve("profiles").resolve(profile + ".json").normalize();
        if (Files.exists(file) && !force) {
            throw new ConfigurationException(
                    "the profile " + file + " exists: choose another --name, or overwrite it with --force");
        }
        ProfileDraft draft;
        try (Database database = Database.open(new ProviderContext(
                databaseEnvironment(), Clock.systemUTC(), launcher().plugins().loaders()))) {
            draft = ProfileDraft.of(database, profile, table);
        }
        FileAccess.of(environment()).createFolder(home().resolve("profiles"));
        Files.writeString(file, draft.profile().toPrettyString() + "\n");
        print(file, draft);
        return DONE;
    }

    private static String nameOf(String table) {
        List<String> parts = QualifiedName.parts(table);
        return parts.get(parts.size() - 1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_-]+", "_");
    }

    private Environment databaseEnvironment() {
        String named = url;
        if (named == null) {
            return environment();
        }
        Map<String, String> variables = new HashMap<>(Map.of(Database.URL, named));
        ACCOUNT.forEach(variable -> environment().get(variable).ifPresent(value -> variables.put(variable, value)));
        return Environment.of(variables);
    }

    private void print(Path file, ProfileDraft draft) {
        if (json.isSet()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode().put("file", file.toString());
            ArrayNode decisions = object.putArray("decisions");
            draft.decisions()
                    .forEach(decision -> decisions
                            .addObject()
                            .put("key", decision.key())
                            .put("guess", decision.guess())
                            .put("text", decision.text()));
            JsonOption.print(out(), object);
            return;
        }
        out().println("Wrote " + file + ". Decide, or confirm what is a guess:");
        out().println();
        Table decisions = Table.of("KEY", "", "DECIDE");
        draft.decisions()
                .forEach(decision -> decisions.row(decision.key(), decision.guess() ? "guess" : "", decision.text()));
        decisions.print(out());
        out().println();
        out().println("Then name the profile in a site (\"profile\": \""
                + draft.profile().path("name").asText() + "\"), import the site, and run 'brain sites check'.");
    }
}
