package dev.brain.dashboard.internal.web;

import dev.brain.dashboard.access.Principal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every template needs: texts, times and links for whoever sees the page. */
public final class View {
    private final Request request;
    private final StaticFiles files;
    private final @Nullable String notice;

    View(Request request, StaticFiles files, @Nullable String notice) {
        this.request = request;
        this.files = files;
        this.notice = notice;
    }

    /** Returns a text in the language of the viewer. */
    public String text(String key, Object... arguments) {
        return request.messages().text(key, arguments);
    }

    /** Returns a text in the language of the viewer, or another one if the dashboard has none. */
    public String textOr(String key, String other) {
        return request.messages().text(key, () -> other);
    }

    public String language() {
        return request.messages().locale().getLanguage();
    }

    public List<String> languages() {
        return Messages.LANGUAGES;
    }

    /** Returns the link of a path. Each {@code {}} in it is replaced by a variable, encoded as one segment. */
    public String link(String path, Object... variables) {
        return request.link(path, variables);
    }

    /** Returns the link of this page in a language. */
    public String inLanguage(String language) {
        return request.self(request.query().with("lang", language));
    }

    /** Returns the link of this page with another query: another filter, order or page. */
    public String self(Parameters query) {
        return request.self(query);
    }

    /** Returns the query of this page, for {@link #self}. */
    public Parameters query() {
        return request.query();
    }

    /** Returns the link of a file in {@code static/}. */
    public String file(String name) {
        return request.origin().base() + files.path(name);
    }

    /** Returns whether the page is one of those below a path, for the navigation. */
    public boolean isAt(String path) {
        String here = "/" + String.join("/", request.path());
        return here.equals(path) || (path.length() > 1 && here.startsWith(path + "/"));
    }

    /** Returns a time as the viewer writes it, in the viewer's zone. Template {@code time.jte} makes an element of it. */
    public String time(Instant time) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(request.messages().locale())
                .withZone(request.zone())
                .format(time);
    }

    public ZoneId zone() {
        return request.zone();
    }

    /** Returns the token that every form must send as {@code csrf}. Template {@code csrf.jte} makes a field of it. */
    public String csrf() {
        return request.csrf();
    }

    public Optional<Principal> principal() {
        return request.knownPrincipal();
    }

    /** Returns whether the viewer has logged in on the dashboard's own page, and can log out. */
    public boolean isLoggedIn() {
        return request.isLoggedIn();
    }

    /** Returns whether buttons of actions are shown. */
    public boolean mayOperate() {
        return request.mayOperate();
    }

    /** Returns what the last action did; null if this page was not opened by one. */
    public @Nullable String notice() {
        return notice;
    }
}
