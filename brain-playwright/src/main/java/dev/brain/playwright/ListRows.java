package dev.brain.playwright;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.brain.text.Folding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the rows of a list whose number is a resource's as a whole, and whose id is its own where the list has ids. */
final class ListRows {
    private final PageSettings.Press press;
    private final String id;
    private final String reference;

    ListRows(PageSettings.Press press, String id, String reference) {
        this.press = press;
        this.id = id;
        this.reference = reference;
    }

    /** A row on a page; whether it says that somebody has the resource. */
    record Row(Locator place, boolean isTaken) {}

    /**
     * A list that was fetched.
     *
     * @param taken whether a row says that somebody has the resource, for each that was found
     * @param action where the page's form is sent to; null if there is no form
     * @param fields of the form, names and values
     */
    record Fetched(List<Boolean> taken, @Nullable String action, List<Map.Entry<String, String>> fields) {}

    List<Row> on(Page page) {
        @Nullable Object read = isReadable() ? PageScript.ask(page, "rows", places()) : null;
        if (read == null) {
            return located(page);
        }
        return mine(read).stream()
                .map(row -> new Row(pinned(page, row), isTaken(row)))
                .toList();
    }

    Fetched in(Page page, String html, Place form) {
        Map<String, @Nullable Object> arguments = places();
        arguments.put("html", html);
        arguments.put("form", form.of(id, reference).text());
        if (!(PageScript.ask(page, "list", arguments) instanceof Map<?, ?> read)) {
            throw new PageException(
                    "a place of the list or its form is none that a browser knows: the way \"form\" can't use it");
        }
        return new Fetched(
                mine(read.get("rows")).stream().map(ListRows::isTaken).toList(),
                read.get("action") == null ? null : String.valueOf(read.get("action")),
                list(read.get("fields")).stream()
                        .map(field -> (List<?>) field)
                        .map(pair -> Map.entry(String.valueOf(pair.get(0)), String.valueOf(pair.get(1))))
                        .toList());
    }

    /** Whether the page can be asked for all rows at once, and a row be told from others later. */
    private boolean isReadable() {
        return press.id() != null
                && Stream.of(press.row(), press.number(), press.id(), press.taken())
                        .allMatch(place -> place == null || place.by() == Place.By.CSS);
    }

    private Map<String, @Nullable Object> places() {
        Map<String, @Nullable Object> places = new HashMap<>();
        places.put("row", css(press.row()));
        places.put("number", css(press.number()));
        places.put("id", css(press.id()));
        places.put("idAttribute", press.idAttribute());
        places.put("resource", id);
        places.put("taken", css(press.taken()));
        return places;
    }

    private @Nullable String css(@Nullable Place place) {
        return place == null ? null : place.of(id, reference).text();
    }

    private List<Map<?, ?>> mine(@Nullable Object rows) {
        List<Map<?, ?>> mine = new ArrayList<>();
        for (Object row : list(rows)) {
            Map<?, ?> values = (Map<?, ?>) row;
            if (values.get("number") instanceof String number && isReference(number)) {
                mine.add(values);
            }
        }
        return mine;
    }

    private static List<?> list(@Nullable Object value) {
        return (List<?>) Objects.requireNonNull(value);
    }

    private static boolean isTaken(Map<?, ?> row) {
        return Boolean.TRUE.equals(row.get("taken"));
    }

    private boolean isReference(String text) {
        return Folding.fold(text).equals(Folding.fold(reference));
    }

    /** The row by its id, wherever the page puts it from now on. */
    private Locator pinned(Page page, Map<?, ?> row) {
        Locator hasId = page.locator("[" + press.idAttribute().replaceAll("[^\\w-]", "\\\\$0") + "=\""
                + id.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]");
        Locator rows = likely(page);
        return Boolean.TRUE.equals(row.get("isHolder"))
                ? rows.and(hasId)
                : rows.filter(new Locator.FilterOptions()
                        .setHas(page.locator(Objects.requireNonNull(css(press.id())))
                                .and(hasId)));
    }

    /** One question after another. */
    private List<Row> located(Page page) {
        List<Row> found = new ArrayList<>();
        for (Locator row : likely(page).all()) {
            List<String> texts =
                    Finder.within(row, press.number().of(id, reference)).allInnerTexts();
            // none in a line that says that there is nothing, or in a heading
            if (!texts.isEmpty() && isReference(texts.get(0)) && hasId(page, row)) {
                found.add(new Row(
                        row,
                        press.taken() != null
                                && Finder.within(row, press.taken().of(id, reference))
                                        .first()
                                        .isVisible()));
            }
        }
        return found;
    }

    /** The browser passes over most of the others, so that no question is asked about each. */
    private Locator likely(Page page) {
        return Finder.on(page, press.row().of(id, reference))
                .filter(new Locator.FilterOptions().setHasText(Folding.trim(reference)));
    }

    private boolean hasId(Page page, Locator row) {
        if (press.id() == null) {
            return true;
        }
        Place place = press.id().of(id, reference);
        Locator holder = row.and(Finder.on(page, place)).or(Finder.within(row, place));
        return id.equals(holder.evaluateAll(
                "(found, name) => found.length ? found[0].getAttribute(name) : null", press.idAttribute()));
    }
}
