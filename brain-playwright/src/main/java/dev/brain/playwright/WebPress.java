package dev.brain.playwright;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Tracing;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import com.microsoft.playwright.options.SelectOption;
import dev.brain.claim.ClaimOutcome;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.payload.UrlTemplate;
import dev.brain.resource.Resource;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes, or gives back, one resource on a lane. Knows at every moment whether anything was pressed. */
final class WebPress {
    // what stands in a row; what isn't drawn has no visibility of its own
    private static final String ROW = """
            (r, {number, id, idAttribute, taken}) => {
              const holder = id && (r.matches(id) ? r : r.querySelector(id));
              const mark = taken && r.querySelector(taken);
              const cell = r.querySelector(number);
              const box = mark && mark.getBoundingClientRect();
              return {number: cell && cell.innerText, id: holder ? holder.getAttribute(idAttribute) : null,
                taken: !!mark && (!mark.ownerDocument.defaultView
                  || (mark.checkVisibility({visibilityProperty: true}) && box.width > 0 && box.height > 0))};
            }""";

    // null where a place is none that the browser itself knows, but one of Playwright's own
    private static final String ROWS = """
            (rows, places) => {
              try {
                return rows.map(r => (%s)(r, places));
              } catch (e) {
                if (e instanceof DOMException) return null;
                throw e;
              }
            }""".formatted(ROW);

    // reads a list that was fetched, not shown: its rows, and the fields of the page's own form
    private static final String READ = """
            ({html, row, form, ...places}) => {
              const doc = new DOMParser().parseFromString(html, 'text/html');
              const rows = [...doc.querySelectorAll(row)].map(r => (%s)(r, places));
              const f = doc.querySelector(form);
              return {rows, action: f ? f.getAttribute('action') : null,
                fields: f ? [...new FormData(f).entries()].map(([k, v]) => [k, String(v)]) : []};
            }""".formatted(ROW);

    // no token is shorter, and to ask what the secrets are takes its time
    private static final Pattern LONG_WORD = Pattern.compile("\\S{12}");

    /** Milliseconds between two looks. */
    private static final double LOOK = 250;

    private final WebSession session;
    private final PageSettings settings;
    private final PageSettings.Press press;
    private final Evidence evidence;
    private final Site site;
    private final Resource resource;
    private final String id;
    private final String reference;
    private final AtomicBoolean pressed = new AtomicBoolean();
    private boolean listShown;
    private final Set<String> secrets = new HashSet<>();

    WebPress(
            WebSession session,
            PageSettings settings,
            PageSettings.Press press,
            Evidence evidence,
            Site site,
            Resource resource) {
        this.session = session;
        this.settings = settings;
        this.press = press;
        this.evidence = evidence;
        this.site = site;
        this.resource = resource;
        this.id = resource.id().value();
        this.reference = String.valueOf(resource.reference());
    }

    /** Whether something was pressed that may have changed the resource; may be asked from another thread. */
    boolean isPressed() {
        return pressed.get();
    }

    /** Whether the page that answered the press may be the list again, for the next press of the lane to find its row. */
    boolean isListShown() {
        return listShown;
    }

    /** @param follows whether the lane shows what the press before was answered with, a moment ago */
    ClaimOutcome on(Lane lane, boolean follows) {
        Page page = lane.page(session.verified(lane), settings);
        try {
            if (settings.form() && press.form() != null) {
                return send(lane, page);
            }
            // a trace of what was sent without the page would be nothing but tokens
            return settings.trace() ? traced(lane, page, follows) : press(lane, page, follows);
        } catch (PageException e) {
            return pressed.get()
                    ? failed(lane, ClaimOutcome.unknown(String.valueOf(e.getMessage())))
                    : failed(lane, ClaimOutcome.notSent(e));
        } catch (PlaywrightException e) {
            if (lane.isBrokenBy(e)) {
                throw e;
            }
            String message = "the page failed: " + WebSession.brief(e.getMessage());
            return failed(
                    lane,
                    pressed.get()
                            ? ClaimOutcome.unknown(message)
                            : ClaimOutcome.notSent(new UnavailableException(message, e)));
        } catch (UnavailableException e) {
            if (lane.isBrokenBy(e)) {
                throw e;
            }
            return pressed.get() ? failed(lane, ClaimOutcome.unknown(String.valueOf(e.getMessage()))) : gone(lane, e);
        }
    }

    private ClaimOutcome traced(Lane lane, Page page, boolean follows) {
        Tracing tracing = lane.context().tracing();
        // snapshots would hold the page's hidden fields
        tracing.start(new Tracing.StartOptions().setScreenshots(true).setSnapshots(false));
        boolean kept = false;
        try {
            ClaimOutcome outcome = press(lane, page, follows);
            kept = !page.isClosed();
            if (kept) {
                evidence.trace(tracing, page, site.id(), id, () -> secrets(page));
            }
            return outcome;
        } finally {
            // a new login has a new context, which is not traced
            if (!kept && !page.isClosed() && !lane.isBroken()) {
                tracing.stop();
            }
        }
    }

    private ClaimOutcome gone(Lane lane, BrainException e) {
        return e instanceof dev.brain.claim.LoginException
                ? ClaimOutcome.notSent(e)
                : failed(lane, ClaimOutcome.notSent(e));
    }

    private ClaimOutcome failed(Lane lane, ClaimOutcome outcome) {
        try {
            Page page = lane.shown();
            if (session.isLogin(page.url())) {
                return outcome;
            }
            return outcome.withEvidence(
                    evidence.keep(page, site.id(), id, String.valueOf(outcome.detail()), secrets(page)));
        } catch (PlaywrightException e) {
            return outcome;
        }
    }

    /** Those of this claim's pages so far: what is kept of one page must not tell those of an earlier one. */
    private List<String> secrets(Page page) {
        secrets.addAll(session.secrets(page));
        return List.copyOf(secrets);
    }

    private String address() {
        return UrlTemplate.parse(press.address()).render(this::value);
    }

    private Optional<String> value(String name) {
        return switch (name) {
            case "id" -> Optional.of(id);
            case "reference", UrlTemplate.REFERENCE -> Optional.of(reference);
            default ->
                resource.column(name)
                        .map(column -> Folding.trim(column.toString()))
                        .or(() -> site.settings().text(name));
        };
    }

    // ---- as a person does it ---------------------------------------------------------------------------------------

    private ClaimOutcome press(Lane lane, Page first, boolean follows) {
        Page page = first;
        // without ids a second row with this number may be on another page of the list
        List<Row> rows = follows && press.id() != null ? rows(page) : List.of();
        boolean hasOldAnswer = rows.size() == 1 && !rows.get(0).taken();
        if (!hasOldAnswer) {
            page = opened(lane, page);
            if (isShown(Finder.any(page, press.won(), press.lost(), press.error()))) {
                // of another claim, shown to whoever of this session comes first
                session.open(page, address());
            }
            rows = rows(page);
            if (rows.size() != 1) {
                return passedOver(lane, rows.size());
            }
            if (rows.get(0).taken()) {
                return ClaimOutcome.lost(null);
            }
        }
        try (Answer watched = new Answer(page)) {
            steps(page, rows.get(0).place());
            return answered(lane, page, watched, hasOldAnswer);
        }
    }

    /** The page with the list on it, after a new login if need be. */
    private Page opened(Lane lane, Page first) {
        Page page = first;
        Response response = session.open(page, address());
        if (session.isExpired(page, response)) {
            page = lane.page(session.renewed(lane), settings);
            response = session.open(page, address());
            if (session.isExpired(page, response)) {
                throw new UnavailableException(
                        "the list shows the login page though somebody has just logged in; look at it in a browser");
            }
        }
        return page;
    }

    private ClaimOutcome passedOver(Lane lane, int rows) {
        String reason = rows == 0
                ? "no row of the list has its number" + (press.id() == null ? "" : " and id")
                : rows + " rows of the list have its number: nobody can say which is meant";
        return failed(lane, ClaimOutcome.notSent(reason));
    }

    /** A row of the list; whether it says that somebody has the resource. */
    private record Row(Locator place, boolean taken) {}

    /** The rows whose number is the reference as a whole, and whose id is the resource's where the list has ids. */
    private List<Row> rows(Page page) {
        // the browser passes over most of the others, so that no question is asked about each
        Locator likely = Finder.on(page, press.row().of(id, reference))
                .filter(new Locator.FilterOptions().setHasText(Folding.trim(reference)));
        List<Row> found = new ArrayList<>();
        if (Stream.of(press.number(), press.id(), press.taken())
                .allMatch(place -> place == null || place.by() == Place.By.CSS)) {
            Object read = likely.evaluateAll(ROWS, places());
            if (read instanceof List<?> all) {
                for (int i = 0; i < all.size(); i++) {
                    if (isMine((Map<?, ?>) all.get(i))) {
                        found.add(new Row(likely.nth(i), isTaken((Map<?, ?>) all.get(i))));
                    }
                }
                return found;
            }
        }
        for (Locator row : likely.all()) {
            List<String> texts =
                    Finder.within(row, press.number().of(id, reference)).allInnerTexts();
            // none in a line that says that there is nothing, or in a heading
            if (!texts.isEmpty() && same(texts.get(0), reference) && hasId(row)) {
                found.add(new Row(
                        row,
                        press.taken() != null
                                && isShown(Finder.within(row, press.taken().of(id, reference)))));
            }
        }
        return found;
    }

    /** What {@link #ROW} asks for. */
    private Map<String, @Nullable Object> places() {
        Map<String, @Nullable Object> places = new HashMap<>();
        places.put("number", press.number().of(id, reference).text());
        places.put(
                "id", press.id() == null ? null : press.id().of(id, reference).text());
        places.put("idAttribute", press.idAttribute());
        places.put(
                "taken",
                press.taken() == null ? null : press.taken().of(id, reference).text());
        return places;
    }

    private boolean isMine(Map<?, ?> row) {
        return row.get("number") instanceof String number
                && same(number, reference)
                && (press.id() == null || id.equals(row.get("id")));
    }

    private static boolean isTaken(Map<?, ?> row) {
        return Boolean.TRUE.equals(row.get("taken"));
    }

    private boolean hasId(Locator row) {
        if (press.id() == null) {
            return true;
        }
        Locator holder = Finder.within(row, press.id().of(id, reference));
        return id.equals(holder.evaluateAll(
                "(found, name) => found.length ? found[0].getAttribute(name) : null", press.idAttribute()));
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return Folding.fold(one).equals(Folding.fold(other));
    }

    private void steps(Page page, Locator row) {
        for (int i = 0; i < press.steps().size(); i++) {
            PageSettings.Step step = press.steps().get(i);
            Locator root = step.inRow() ? row : page.locator(":root");
            if (step.box() != null) {
                root = box(page, step, step.box());
            }
            Locator target = Finder.within(root, step.target().of(id, reference));
            if (step.prompt()) {
                page.onceDialog(Dialog::accept);
            }
            if (i < press.steps().size() - 1) {
                onPage(step.target(), () -> act(step, target));
            } else {
                onPage(step.target(), () -> target.waitFor(new Locator.WaitForOptions().setTimeout(answerLimit())));
                pressed.set(true);
                act(step, target);
            }
        }
    }

    private void act(PageSettings.Step step, Locator target) {
        switch (step.does()) {
            case CLICK -> target.click(new Locator.ClickOptions().setTimeout(answerLimit()));
            case CHECK -> target.check(new Locator.CheckOptions().setTimeout(answerLimit()));
            case CHOOSE ->
                target.selectOption(
                        new SelectOption().setLabel(String.valueOf(step.option())),
                        new Locator.SelectOptionOptions().setTimeout(answerLimit()));
        }
    }

    private double answerLimit() {
        return settings.limits().answer().toMillis();
    }

    /** What has come up, with the text that it must show. */
    private Locator box(Page page, PageSettings.Step step, Place place) {
        Locator box = Finder.on(page, place.of(id, reference));
        if (step.shows() == null) {
            return box;
        }
        String shown = step.shows().replace("{id}", id).replace("{reference}", reference);
        return box.filter(
                new Locator.FilterOptions().setHas(page.getByText(shown, new Page.GetByTextOptions().setExact(true))));
    }

    private void onPage(Place place, Runnable work) {
        try {
            work.run();
        } catch (PlaywrightException e) {
            if (String.valueOf(e.getMessage()).contains("Timeout")
                    || String.valueOf(e.getMessage()).contains("strict mode")) {
                throw new PageException(place.of(id, reference) + " is not on the list's page, or not once");
            }
            throw e;
        }
    }

    private ClaimOutcome answered(Lane lane, Page page, Answer watched, boolean hasOldAnswer) {
        Locator answer = Finder.any(page, press.won(), press.lost(), press.error());
        long end = System.nanoTime() + settings.limits().answer().toNanos();
        boolean last = false;
        @Nullable String text = null;
        while (text == null && !watched.refused() && !last && System.nanoTime() < end) {
            // another lane of the same session may have been shown the message that was meant for this one
            last = watched.replaced();
            try {
                if (!watched.replaced() && (hasOldAnswer || watched.loaded())) {
                    page.waitForCondition(
                            () -> watched.refused() || watched.replaced(),
                            new Page.WaitForConditionOptions()
                                    .setTimeout(Math.max(1, (end - System.nanoTime()) / 1e6)));
                } else if (answer == null) {
                    page.waitForResponse(
                            response -> true, new Page.WaitForResponseOptions().setTimeout(LOOK), () -> {});
                } else {
                    text = answer.filter(new Locator.FilterOptions().setVisible(true))
                            .first()
                            .innerText(new Locator.InnerTextOptions().setTimeout(LOOK))
                            .strip();
                }
            } catch (PlaywrightException e) {
                if (lane.isBrokenBy(e)) {
                    throw e;
                }
                // looked again: a refusal has no mark, and must not take the whole time
            }
        }
        if (watched.refused()) {
            session.renewed(lane);
            return ClaimOutcome.refused("the session or its token had expired");
        }
        if (text != null) {
            text = WebSession.brief(redacted(page, text));
        }
        if (text != null && press.error() != null && isShown(Finder.on(page, press.error()))) {
            return failed(lane, ClaimOutcome.unknown("the page says '" + text + "'"));
        }
        if (text != null) {
            listShown = watched.replaced();
            return ClaimOutcome.sent(text);
        }
        if (watched.loaded()) {
            return ClaimOutcome.sent("nothing");
        }
        return failed(
                lane,
                ClaimOutcome.unknown("the page gave no answer within "
                        + settings.limits().answer().toSeconds() + " s"));
    }

    /** What the browser gets from the press on. */
    private final class Answer implements AutoCloseable {
        private final Page page;
        private final Consumer<Response> responses = this::got;
        private final Consumer<Page> contents = this::read;
        private boolean refused;
        private boolean loaded;
        private boolean replaced;

        Answer(Page page) {
            this.page = page;
            page.onResponse(responses);
            page.onDOMContentLoaded(contents);
        }

        private void got(Response response) {
            String type = response.request().resourceType();
            if (pressed.get()
                    && type.equals("document")
                    && response.status() / 100 != 3
                    && response.frame().equals(page.mainFrame())) {
                loaded = true;
            }
            if (type.matches("document|xhr|fetch")
                    && (settings.expired().statuses().contains(response.status()) || session.isLogin(response.url()))) {
                refused = true;
            }
        }

        private void read(Page shown) {
            replaced |= loaded;
        }

        /** Whether it was told that its session or its token is no good. */
        boolean refused() {
            return refused;
        }

        /** Whether a page began to come. */
        boolean loaded() {
            return loaded;
        }

        /** Whether all of that page is there. */
        boolean replaced() {
            return replaced;
        }

        @Override
        public void close() {
            page.offResponse(responses);
            page.offDOMContentLoaded(contents);
        }
    }

    private static boolean isShown(@Nullable Locator locator) {
        return locator != null && locator.first().isVisible();
    }

    private String redacted(Page page, String text) {
        return LONG_WORD.matcher(text).find() ? Evidence.redacted(text, secrets(page)) : text;
    }

    // ---- the page's own form ---------------------------------------------------------------------------------------

    private ClaimOutcome send(Lane lane, Page page) {
        String url = settings.absolute(address());
        @Nullable APIResponse list = list(lane, url);
        if (list == null) {
            page = lane.page(session.renewed(lane), settings);
            list = list(lane, url);
            if (list == null) {
                throw new UnavailableException(
                        "the list shows the login page though somebody has just logged in; look at it in a browser");
            }
        }
        Map<String, @Nullable Object> arguments = places();
        arguments.put("html", list.text());
        arguments.put("row", press.row().of(id, reference).text());
        PageSettings.Form form = java.util.Objects.requireNonNull(press.form());
        arguments.put("form", form.form().of(id, reference).text());
        Map<?, ?> read = (Map<?, ?>) page.evaluate(READ, arguments);
        List<Map<?, ?>> rows = new ArrayList<>();
        for (Object row : (List<?>) java.util.Objects.requireNonNull(read.get("rows"))) {
            Map<?, ?> values = (Map<?, ?>) row;
            if (isMine(values)) {
                rows.add(values);
            }
        }
        if (rows.size() != 1) {
            // what was fetched was never shown: there is nothing to see
            session.open(page, address());
            return passedOver(lane, rows.size());
        }
        if (isTaken(rows.get(0))) {
            return ClaimOutcome.lost(null);
        }
        Object action = read.get("action");
        if (action == null) {
            throw new PageException("the form " + form.form() + " is not on the list's page");
        }
        FormData data = FormData.create();
        for (Object field : (List<?>) java.util.Objects.requireNonNull(read.get("fields"))) {
            List<?> pair = (List<?>) field;
            data.set(String.valueOf(pair.get(0)), String.valueOf(pair.get(1)));
        }
        form.fields()
                .forEach((name, text) -> data.set(name, text.replace("{id}", id).replace("{reference}", reference)));
        String target = URI.create(url).resolve(String.valueOf(action)).toString();
        pressed.set(true);
        APIResponse answer = lane.context()
                .request()
                .post(
                        target,
                        RequestOptions.create().setForm(data).setMaxRedirects(0).setHeader("Referer", url));
        String location = answer.headers().getOrDefault("location", "");
        boolean expired = settings.expired().statuses().contains(answer.status())
                || (!location.isEmpty()
                        && session.isLogin(URI.create(target).resolve(location).toString()));
        if (expired) {
            session.renewed(lane);
            return ClaimOutcome.refused("the session or its token had expired");
        }
        return answer.status() < 400
                ? ClaimOutcome.sent("it answered " + answer.status())
                : ClaimOutcome.unknown("it answered " + answer.status());
    }

    /** The list; null if the session has expired. */
    private @Nullable APIResponse list(Lane lane, String url) {
        APIResponse response =
                lane.context().request().get(url, RequestOptions.create().setMaxRedirects(0));
        boolean expired = settings.expired().statuses().contains(response.status())
                || session.isLogin(URI.create(url)
                        .resolve(response.headers().getOrDefault("location", ""))
                        .toString());
        if (expired) {
            return null;
        }
        if (response.status() != 200) {
            throw new UnavailableException("the list answered " + response.status());
        }
        return response;
    }
}
