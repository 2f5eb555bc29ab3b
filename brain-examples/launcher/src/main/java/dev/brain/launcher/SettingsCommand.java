package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.SettingDefinition;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.plugin.Providers;
import dev.brain.internal.site.SiteSettings;
import dev.brain.internal.text.Spelling;
import dev.brain.plugin.ProviderContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code brain sites settings} */
@Command(
        name = "settings",
        header = "List the settings that sites may have.",
        description = "%nA profile or a page file that a site names may use more; 'sites check' knows them all.")
final class SettingsCommand extends BrainCommand {
    @Parameters(
            paramLabel = "PROVIDER",
            arity = "0..1",
            description =
                    "A source, claim strategy, payload builder or handler (default: all, and those of every site).")
    private @Nullable String provider;

    @Mixin
    private final JsonOption json = new JsonOption();

    /** A provider and its settings; without a name those of every site. */
    private record Group(@Nullable String kind, @Nullable String name, List<SettingDefinition<?>> settings) {}

    @Override
    protected int run() {
        List<Group> groups = groups();
        if (json.isSet()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ArrayNode array = object.putArray("settings");
            groups.forEach(group -> group.settings()
                    .forEach(setting -> array.addObject()
                            .put("name", setting.name())
                            .put("kind", group.kind())
                            .put("provider", group.name())
                            .put("type", setting.type().label())
                            .put("required", setting.isRequired())
                            .put("default", setting.defaultValue() == null ? null : setting.defaultText())
                            .put("description", setting.description())));
            JsonOption.print(out(), object);
            return DONE;
        }
        Table table = Table.of("SETTING", "OF", "TYPE", "DEFAULT", "DESCRIPTION");
        groups.forEach(group -> group.settings()
                .forEach(setting -> table.row(
                        setting.name(),
                        group.name() == null ? "every site" : group.kind() + " " + group.name(),
                        setting.type().label(),
                        setting.isRequired() ? "(required)" : setting.defaultText(),
                        setting.description())));
        if (table.isEmpty()) {
            out().println("The " + groups.get(0).kind() + " " + groups.get(0).name() + " has no settings of its own.");
        } else {
            table.print(out());
        }
        return DONE;
    }

    private List<Group> groups() {
        SiteSettings settings = SiteSettings.of(new ProviderContext(
                environment(), Clock.systemUTC(), launcher().plugins().loaders()));
        Map<String, Providers<?>> kinds = new LinkedHashMap<>();
        kinds.put(Plugin.SOURCE, settings.sources());
        kinds.put(Plugin.CLAIM, settings.claims());
        kinds.put(Plugin.PAYLOAD, settings.payloads());
        kinds.put(Plugin.HANDLER, settings.handlers());
        List<Group> groups = new ArrayList<>(List.of(new Group(null, null, SiteSettings.everySite())));
        kinds.forEach((kind, providers) ->
                providers.providers().forEach((name, found) -> groups.add(new Group(kind, name, found.settings()))));
        String wanted = provider;
        if (wanted == null) {
            return groups;
        }
        List<Group> named =
                groups.stream().filter(group -> wanted.equals(group.name())).toList();
        if (named.isEmpty()) {
            List<String> names = groups.stream()
                    .map(Group::name)
                    .filter(Objects::nonNull)
                    .distinct()
                    .sorted()
                    .toList();
            throw new ConfigurationException("there is no provider '" + wanted + "'" + Spelling.hint(wanted, names));
        }
        return named;
    }
}
