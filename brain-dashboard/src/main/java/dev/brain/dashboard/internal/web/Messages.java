package dev.brain.dashboard.internal.web;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.function.Supplier;

/** The texts of the pages in one language. */
public final class Messages {
    /** The languages of the dashboard; the first is the default. */
    static final List<String> LANGUAGES = List.of("en", "es", "ca");

    private static final int LONGEST_HEADER = 200;

    private final Locale locale;
    private final ResourceBundle bundle;

    Messages(Locale locale) {
        this.locale = locale;
        this.bundle = ResourceBundle.getBundle("dev.brain.dashboard.internal.web.messages", locale);
    }

    /** Returns the texts in the chosen language, or in the one that a browser prefers. */
    static Messages of(Optional<String> chosen, Optional<String> acceptLanguage) {
        return new Messages(Locale.forLanguageTag(chosen.filter(LANGUAGES::contains)
                .or(() -> acceptLanguage.flatMap(Messages::preferred))
                .orElse(LANGUAGES.get(0))));
    }

    private static Optional<String> preferred(String acceptLanguage) {
        if (acceptLanguage.length() > LONGEST_HEADER) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(Locale.lookupTag(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    Locale locale() {
        return locale;
    }

    /** Returns the text of a key. Its arguments stand at {@code {0}}, {@code {1}} and so on, formatted for the language. */
    public String text(String key, Object... arguments) {
        return new MessageFormat(bundle.getString(key), locale).format(arguments);
    }

    /** Returns the text of a key, or another one if there is none. */
    String text(String key, Supplier<String> other) {
        return bundle.containsKey(key) ? text(key) : other.get();
    }
}
