package dev.brain.playwright;

import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.brain.text.Folding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
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

    /** Returns the rows of a page, identified by their elements. */
    List<HeldRow> on(Page page) {
        JSHandle found = isReadable() ? PageScript.hold(page, "rows", locators()) : null;
        if (found != null) {
            Object read = told(found);
            if (read != null) {
                return held(found, read);
            }
        }
        JSHandle located = located(page);
        return located == null ? List.of() : held(located, told(located));
    }

    /**
     * Returns the current state of a row after a step that may have changed its text, if only the text shows that
     * nobody has taken it. Returns the given row if it is now another one, or taken.
     */
    HeldRow refreshed(Page page, HeldRow row) {
        if (press.taken() == null || isReadable()) {
            return row;
        }
        List<HeldRow> found = on(page);
        return found.size() == 1 && !found.get(0).isTaken() && row.isAt(found.get(0)) ? found.get(0) : row;
    }

    private static @Nullable Object told(JSHandle rows) {
        return rows.evaluate("rows => rows && rows.map(({number, isTaken}) => ({number, isTaken}))");
    }

    private List<HeldRow> held(JSHandle rows, @Nullable Object told) {
        List<HeldRow> held = new ArrayList<>();
        int at = 0;
        for (Object row : list(told)) {
            Map<?, ?> values = (Map<?, ?>) row;
            if (isMine(values)) {
                held.add(new HeldRow(
                        rows.evaluateHandle("(rows, at) => rows[at]", at),
                        String.valueOf(values.get("number")),
                        isTaken(values)));
            }
            at++;
        }
        return held;
    }

    /** Returns the contents of a fetched list, as read by {@code reading.js}. */
    Map<?, ?> fetched(Page page, Map<String, @Nullable Object> list) {
        Map<String, @Nullable Object> arguments = locators();
        arguments.putAll(list);
        if (!(PageScript.ask(page, "list", arguments) instanceof Map<?, ?> read)) {
            throw new PageException(
                    "a locator of the list or its form is none that a browser knows: the method \"form\" can't use it");
        }
        return read;
    }

    /** Returns, for each row of the resource, whether it shows that somebody has the resource. */
    List<Boolean> taken(@Nullable Object rows) {
        return mine(rows).stream()
                .map(at -> isTaken((Map<?, ?>) list(rows).get(at)))
                .toList();
    }

    /** Returns the indexes of the resource's rows. */
    List<Integer> mine(@Nullable Object rows) {
        List<?> all = list(rows);
        return IntStream.range(0, all.size())
                .filter(at -> isMine((Map<?, ?>) all.get(at)))
                .boxed()
                .toList();
    }

    /** Fills in a text of the page file for this resource. */
    String filled(String text) {
        return text.replace("{id}", id).replace("{reference}", reference);
    }

    /** Returns whether all rows can be read with one call. */
    private boolean isReadable() {
        return Stream.of(press.row(), press.number(), press.id(), press.taken())
                .allMatch(locator -> locator == null || locator.isSelector());
    }

    private Map<String, @Nullable Object> locators() {
        Map<String, @Nullable Object> locators = new HashMap<>();
        locators.put("row", css(press.row()));
        locators.put("number", css(press.number()));
        locators.put("id", css(press.id()));
        locators.put("idAttribute", press.idAttribute());
        locators.put("resource", id);
        locators.put("taken", css(press.taken()));
        return locators;
    }

    @Nullable
    String css(@Nullable ElementLocator locator) {
        return locator == null ? null : locator.of(id, reference).text();
    }

    private static List<?> list(@Nullable Object value) {
        return (List<?>) Objects.requireNonNull(value);
    }

    private static boolean isTaken(Map<?, ?> row) {
        return Boolean.TRUE.equals(row.get("isTaken"));
    }

    private boolean isMine(Map<?, ?> row) {
        return row.get("number") instanceof String number && isReference(number);
    }

    private boolean isReference(String text) {
        return Folding.fold(text).equals(Folding.fold(reference));
    }

    /** Returns what Playwright's locators find, with one call for each locator; null if there is no row. */
    private @Nullable JSHandle located(Page page) {
        // the browser excludes most other rows, so that few elements are held
        Locator rows = withText(page, Folding.trim(reference));
        List<ElementHandle> found = rows.elementHandles();
        if (found.isEmpty()) {
            return null;
        }
        Map<String, @Nullable Object> arguments = locators();
        arguments.put("rows", found);
        arguments.put("cells", within(rows, press.number()));
        ElementLocator holder = press.id() == null ? null : press.id().of(id, reference);
        arguments.put("id", holder != null);
        arguments.put(
                "holders",
                holder == null
                        ? List.of()
                        : Locators.atOrWithin(page, rows, holder).elementHandles());
        arguments.put("marks", press.taken() == null ? null : within(rows, press.taken()));
        return PageScript.hold(found.get(0), "located", arguments);
    }

    private List<ElementHandle> within(Locator rows, ElementLocator locator) {
        return Locators.within(rows, locator.of(id, reference)).elementHandles();
    }

    /** Returns the rows that contain that text, wherever they are now. */
    Locator withText(Page page, String text) {
        return Locators.on(page, press.row().of(id, reference)).filter(new Locator.FilterOptions().setHasText(text));
    }
}
