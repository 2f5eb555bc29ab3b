package dev.brain.internal.site;

import static java.util.Objects.requireNonNull;

import dev.brain.config.SettingDefinition;
import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A field of a site: a column of the sites' table and a key of the site file, both of this name. {@link #ALL} is the only
 * place that declares them.
 *
 * @param name the column and the key
 * @param type the type of its values
 * @param storage how the sites' table holds it
 * @param columnDefault the column's default in SQL; null if it has none
 * @param property its value in a site; null if only the table has it
 * @param description what it means, in one line
 */
public record SiteField(
        String name,
        Type type,
        Storage storage,
        @Nullable String columnDefault,
        @Nullable Property property,
        String description) {

    /** The type of a field's values. In Java these are String, Integer, Boolean, Map and Instant. */
    public enum Type {
        TEXT,
        INTEGER,
        FLAG,
        OBJECT,
        TIME
    }

    /** How the sites' table holds a field. */
    public enum Storage {
        /** A column that is never null. An absent text is stored as a blank one. */
        NOT_NULL,
        /** A column that may be null. */
        NULLABLE,
        /** A part of the column {@code settings}. */
        IN_SETTINGS
    }

    /**
     * The value of a field in a site.
     *
     * @param get returns the value; null if there is none
     * @param set sets a value
     * @param check refuses a value of a site file with a {@link ConfigurationException}
     * @param isSetting whether it is a setting of the field's name
     * @param isEditable whether people may change it on the dashboard
     */
    public record Property(
            Function<Site, @Nullable Object> get,
            BiConsumer<Site.Builder, Object> set,
            Consumer<Object> check,
            boolean isSetting,
            boolean isEditable) {}

    public static final SiteField ROW =
            new SiteField("id", Type.INTEGER, Storage.NOT_NULL, null, null, "the number of the row");
    public static final SiteField ID = of("site_id", Type.TEXT, Site::id, (site, id) -> {}, "the site's id")
            .stored(Storage.NOT_NULL, null);
    public static final SiteField ACTIVE = of(
                    "active",
                    Type.FLAG,
                    Site::active,
                    (site, active) -> site.active((Boolean) active),
                    "whether cycles look for the site's work")
            .stored(Storage.NULLABLE, "1");
    public static final SiteField SYNCED =
            time("last_sync_at", null, "when a cycle last served the site without an error");
    public static final SiteField CREATED = time("created_at", "CURRENT_TIMESTAMP", "when the site was added");
    public static final SiteField UPDATED = time("updated_at", "CURRENT_TIMESTAMP", "when the site was last changed");
    public static final SiteField SETTINGS =
            of("settings", Type.OBJECT, SiteField::otherSettings, SiteField::addSettings, "all other settings");

    /** All fields, in the order of the table's columns. */
    public static final List<SiteField> ALL = List.of(
            ROW,
            ID,
            setting("query_organisme", "the public bodies to look for, as LIKE patterns separated by '|'")
                    .stored(Storage.NOT_NULL, null),
            setting("filtro_texp", "the case types to look for, separated by commas")
                    .stored(Storage.NOT_NULL, null),
            of(
                            "regex_expediente",
                            Type.TEXT,
                            Site::referencePattern,
                            (site, pattern) -> site.referencePattern((String) pattern),
                            "the regular expression that a whole reference must match")
                    .checked(pattern -> ReferencePattern.compile((String) pattern))
                    .stored(Storage.NOT_NULL, null),
            of(
                    "url_template",
                    Type.TEXT,
                    Site::urlTemplate,
                    (site, template) -> site.urlTemplate((String) template),
                    "the address of a resource, for workers"),
            of(
                            "bot_username",
                            Type.TEXT,
                            site -> site.claimant() == null
                                    ? null
                                    : site.claimant().name(),
                            (site, name) -> site.claimant((String) name),
                            "the name under which resources are claimed")
                    .checked(SiteField::checkClaimant)
                    .stored(Storage.NOT_NULL, "'BOT_MULTIVIA'"),
            ACTIVE,
            SYNCED,
            CREATED,
            UPDATED,
            of(
                            "priority",
                            Type.INTEGER,
                            Site::priority,
                            (site, priority) -> site.priority((Integer) priority),
                            "sites of a higher priority come first")
                    .editable(),
            of(
                            "max_claims",
                            Type.INTEGER,
                            Site::maxClaims,
                            (site, most) -> site.maxClaims((Integer) most),
                            "the maximum number of claims in a cycle")
                    .checked(SiteField::checkMaxClaims)
                    .editable(),
            of("source", Type.TEXT, Site::source, (site, name) -> site.source((String) name), "the resource source"),
            of("claim", Type.TEXT, Site::claim, (site, name) -> site.claim((String) name), "the claim strategy"),
            of("payload", Type.TEXT, Site::payload, (site, name) -> site.payload((String) name), "the payload builder"),
            of(
                    "adopt_orphans",
                    Type.FLAG,
                    Site::adoptOrphans,
                    (site, adopts) -> site.adoptOrphans((Boolean) adopts),
                    "whether resources that the claimant holds without a task get one"),
            setting("profile", "the profile, which describes the table of the system of record")
                    .stored(Storage.IN_SETTINGS, null),
            setting("login_url", "the address of the public body's login page"),
            setting("recursos_url", "the address where the public body takes resources"),
            setting("notes", "a note for people").editable(),
            SETTINGS);

    private static final Site DEFAULT = Site.builder("default").build();

    public SiteField {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(storage, "storage");
        requireNonNull(description, "description");
    }

    private static SiteField of(
            String name,
            Type type,
            Function<Site, @Nullable Object> get,
            BiConsumer<Site.Builder, Object> set,
            String description) {
        Property property = new Property(get, set, value -> {}, false, false);
        return new SiteField(name, type, Storage.NULLABLE, null, property, description);
    }

    private static SiteField setting(String name, String description) {
        Property property = new Property(
                site -> site.settings().text(name).orElse(null),
                (site, value) -> site.setting(name, value),
                value -> {},
                true,
                false);
        return new SiteField(name, Type.TEXT, Storage.NULLABLE, null, property, description);
    }

    private static SiteField time(String name, @Nullable String columnDefault, String description) {
        return new SiteField(name, Type.TIME, Storage.NULLABLE, columnDefault, null, description);
    }

    private SiteField stored(Storage how, @Nullable String inSql) {
        return new SiteField(name, type, how, inSql, property, description);
    }

    private SiteField checked(Consumer<Object> check) {
        Property old = requireNonNull(property);
        Property checked = new Property(old.get(), old.set(), check, old.isSetting(), old.isEditable());
        return new SiteField(name, type, storage, columnDefault, checked, description);
    }

    private SiteField editable() {
        Property old = requireNonNull(property);
        Property editable = new Property(old.get(), old.set(), old.check(), old.isSetting(), true);
        return new SiteField(name, type, storage, columnDefault, editable, description);
    }

    /** Returns whether the table has a column of this name. */
    public boolean isColumn() {
        return storage != Storage.IN_SETTINGS;
    }

    /** Returns whether the column is never null in a row that Brain has written. */
    public boolean isFilled() {
        return storage == Storage.NOT_NULL || columnDefault != null || defaultValue() != null;
    }

    /** Returns whether a site file must give the value: there is no default. */
    public boolean isRequired() {
        return storage == Storage.NOT_NULL && columnDefault == null && property != null;
    }

    /** Returns whether the field is a setting of the same name. */
    public boolean isSetting() {
        return property != null && property.isSetting();
    }

    /** Returns the definition of the key of a site file, for lists. */
    public SettingDefinition<?> definition() {
        SettingDefinition<?> definition = plainDefinition();
        return property != null && property.isEditable() ? definition.editable() : definition;
    }

    private SettingDefinition<?> plainDefinition() {
        return switch (type) {
            case TEXT -> defined(SettingDefinition.text(name, description), String.class);
            case INTEGER -> defined(SettingDefinition.number(name, Integer.MIN_VALUE, description), Integer.class);
            case FLAG -> defined(SettingDefinition.flag(name, description), Boolean.class);
            case OBJECT, TIME -> SettingDefinition.any(name, description);
        };
    }

    /** A setting is required only by some profiles. */
    private <T> SettingDefinition<T> defined(SettingDefinition<T> definition, Class<T> javaType) {
        Object value = defaultValue();
        if (isRequired()) {
            return isSetting() ? definition : definition.required();
        }
        return value == null ? definition : definition.withDefault(javaType.cast(value));
    }

    /** Returns the value in a site; null if there is none. */
    public @Nullable Object get(Site site) {
        return property == null ? null : property.get().apply(site);
    }

    /** Returns the value in a site for which nothing was given; null if there is none. */
    public @Nullable Object defaultValue() {
        return get(DEFAULT);
    }

    /**
     * Creates a site from the values of its fields.
     *
     * @param values returns a field's value; null if there is none
     * @throws ConfigurationException if they are no valid site
     */
    public static Site read(String id, Function<SiteField, @Nullable Object> values) {
        // a site without a pattern must match nothing
        Site.Builder site = Site.builder(id).referencePattern("");
        for (SiteField field : ALL) {
            Object value = field.property == null ? null : values.apply(field);
            if (field.property != null && value != null) {
                field.property.set().accept(site, value);
            }
        }
        return site.build();
    }

    /** Returns the settings that are not fields of their own; null if there are none. */
    private static @Nullable Object otherSettings(Site site) {
        Map<String, Object> others = new LinkedHashMap<>(site.settings().values());
        ALL.stream().filter(SiteField::isSetting).map(SiteField::name).forEach(others::remove);
        return others.isEmpty() ? null : others;
    }

    private static void addSettings(Site.Builder site, Object settings) {
        ((Map<?, ?>) settings).forEach((name, value) -> site.setting((String) name, value));
    }

    private static void checkClaimant(Object name) {
        if (Folding.fold((String) name).isEmpty()) {
            throw new ConfigurationException("it is blank; name one, or leave the key out");
        }
    }

    private static void checkMaxClaims(Object most) {
        if ((Integer) most < 1) {
            throw new ConfigurationException("it must be at least 1, not " + most);
        }
    }
}
