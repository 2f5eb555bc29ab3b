package dev.brain.dashboard.internal.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.brain.BrainOperations;
import dev.brain.config.SettingDefinition;
import dev.brain.dashboard.internal.web.Parameters;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.site.SiteField;
import dev.brain.internal.site.SiteFile;
import dev.brain.internal.site.SiteSettings;
import dev.brain.site.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A change of a site's settings that a person has entered.
 *
 * @param after the site as it would be; the site as it is if there is a problem
 * @param changes what differs
 * @param problems why it can't be saved; empty if it can
 */
public record SiteEdit(Site after, List<Change> changes, List<String> problems) {
    private static final int LONGEST_DETAIL = 200;

    public SiteEdit {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
    }

    /** A setting that differs; empty texts mean that it has no value. */
    public record Change(String name, String before, String after) {}

    /** Returns the change from a site to what the fields of a form say. Settings that can't be edited are left as they are. */
    static SiteEdit of(Site site, Parameters form, Optional<BrainOperations> brain) {
        List<String> problems = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        ObjectNode entry = SiteSetting.entry(site);
        for (SiteSetting setting : SiteSetting.of(site, brain)) {
            List<String> sent = form.all(field(setting));
            SettingDefinition<?> definition = setting.definition();
            if (definition != null && setting.isEditable() && !sent.isEmpty()) {
                String text = sent.get(0).replace("\r\n", "\n").strip();
                if (!text.equals(setting.value())) {
                    changes.add(new Change(setting.name(), setting.value(), text));
                    put(entry, definition, text, problems);
                }
            }
        }
        return problems.isEmpty() && !changes.isEmpty()
                ? checked(site, entry, changes, brain)
                : new SiteEdit(site, changes, problems);
    }

    /** Returns the name of the field of a form that a setting has. */
    static String field(SiteSetting setting) {
        return "setting." + setting.name();
    }

    /** Returns what the history says about the change. */
    String detail() {
        return changes.stream()
                .map(change -> change.name() + ": " + cut(change.before()) + " → " + cut(change.after()))
                .collect(Collectors.joining("; "));
    }

    private static String cut(String text) {
        return text.isEmpty() ? "–" : text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) + "…" : text;
    }

    private static void put(ObjectNode entry, SettingDefinition<?> definition, String text, List<String> problems) {
        String name = definition.name();
        ObjectNode place = SiteSettings.isField(name) ? entry : entry.withObjectProperty(SiteField.SETTINGS.name());
        if (text.isEmpty()) {
            place.remove(name);
            return;
        }
        json(definition, text)
                .ifPresentOrElse(
                        value -> place.set(name, value),
                        () -> problems.add("the setting '" + name + "' must be "
                                + definition.type().label() + ", not '" + text + "'"));
    }

    /** Returns a value as a site file has it; empty if it is none of the declared type. */
    private static Optional<JsonNode> json(SettingDefinition<?> definition, String text) {
        return definition.type().reader().apply(text).map(value -> {
            if (value instanceof Boolean flag) {
                return BooleanNode.valueOf(flag);
            }
            boolean isNumber = value instanceof Integer || (value instanceof Duration && text.matches("\\d{1,9}"));
            return isNumber ? IntNode.valueOf(Integer.parseInt(text)) : TextNode.valueOf(text);
        });
    }

    /** Returns the change unless an import of the changed site would be refused. */
    private static SiteEdit checked(
            Site site, ObjectNode entry, List<Change> changes, Optional<BrainOperations> brain) {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        file.putArray("configs").add(entry);
        try {
            Site after = SiteFile.parse(file.toString(), "the form").get(0);
            return new SiteEdit(
                    after,
                    changes,
                    brain.map(operations -> operations.problems(after)).orElseGet(() -> invalid(after)));
        } catch (ConfigurationException e) {
            return new SiteEdit(site, changes, List.of(String.valueOf(e.getMessage())));
        }
    }

    private static List<String> invalid(Site site) {
        return SiteSettings.everySite().stream()
                .filter(definition -> !SiteSettings.isField(definition.name()))
                .flatMap(definition -> definition.problem(site.settings()).stream())
                .toList();
    }
}
