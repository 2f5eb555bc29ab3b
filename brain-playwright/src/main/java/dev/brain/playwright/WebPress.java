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
import org.jspecify.annotations.Nullable;

/** Takes, or gives back, one resource on a lane. Knows at every moment whether anything was pressed. */
final class WebPress {
    // reads a list that was fetched, not shown: what stands in its rows, and the fields of the page's own form
    private static final String READ = """
            ({html, row, number, id, idAttribute, taken, form}) => {
              const doc = new DOMParser().parseFromString(html, 'text/html');
              const rows = [...doc.querySelectorAll(row)].map(r => ({
                number: (r.querySelector(number) || {textContent: ''}).textContent,
                id: id ? ((r.matches(id) ? r : r.querySelector(id)) || {getAttribute: () => null}).getAttribute(idAttribute) : null,
                taken: !!(taken && r.querySelector(taken))}));
              const f = doc.querySelector(form);
              return {rows, action: f ? f.getAttribute('action') : null,
                fields: f ? [...new FormData(f).entries()].map(([k, v]) => [k, String(v)]) : []};
            }""";

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

    ClaimOutcome on(Lane lane) {
        Page page = lane.page(session.verified(lane), settings);
        try {
            if (settings.form() && press.form() != null) {
                return send(lane, page);
            }
            // a trace of what was sent without the page would be nothing but tokens
            return settings.trace() ? traced(lane, page) : press(lane, page);
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

    private ClaimOutcome traced(Lane lane, Page page) {
        Tracing tracing = lane.context().tracing();
        // snapshots would hold the page's hidden fields
        tracing.start(new Tracing.StartOptions().setScreenshots(true).setSnapshots(false));
        boolean kept = false;
        try {
            ClaimOutcome outcome = press(lane, page);
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

    private ClaimOutcome press(Lane lane, Page first) {
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
        Locator answer = Finder.any(page, press.won(), press.lost(), press.error());
        if (answer != null && answer.first().isVisible()) {
            // of another claim, shown to whoever of this session comes first
            session.open(page, address());
        }
        List<Locator> rows = rows(page);
        if (rows.size() != 1) {
            return passedOver(lane, rows.size());
        }
        Locator row = rows.get(0);
        if (press.taken() != null
                && Finder.within(row, press.taken().of(id, reference)).first().isVisible()) {
            return ClaimOutcome.lost(null);
        }
        AtomicBoolean refused = new AtomicBoolean();
        AtomicBoolean loaded = new AtomicBoolean();
        Consumer<Response> watch = seen -> {
            if (pressed.get() && seen.request().resourceType().equals("document") && seen.status() / 100 != 3) {
                loaded.set(true);
            }
            if (seen.request().resourceType().matches("document|xhr|fetch")
                    && (settings.expired().statuses().contains(seen.status()) || session.isLogin(seen.url()))) {
                refused.set(true);
            }
        };
        page.onResponse(watch);
        try {
            steps(page, row);
            return answered(lane, page, answer, refused, loaded);
        } finally {
            page.offResponse(watch);
        }
    }

    private ClaimOutcome passedOver(Lane lane, int rows) {
        String reason = rows == 0
                ? "no row of the list has its number" + (press.id() == null ? "" : " and id")
                : rows + " rows of the list have its number: nobody can say which is meant";
        return failed(lane, ClaimOutcome.notSent(reason));
    }

    /** The rows whose number is the reference as a whole, and whose id is the resource's where the list has ids. */
    private List<Locator> rows(Page page) {
        List<Locator> found = new ArrayList<>();
        for (Locator row : Finder.on(page, press.row().of(id, reference)).all()) {
            Locator number = Finder.within(row, press.number().of(id, reference));
            List<String> texts = number.allInnerTexts();
            // none in a line that says that there is nothing, or in a heading
            if (!texts.isEmpty() && same(texts.get(0), reference) && hasId(row)) {
                found.add(row);
            }
        }
        return found;
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
                Locator box = Finder.on(page, step.box().of(id, reference));
                found(box, step.box());
                if (step.shows() != null) {
                    String shown = step.shows().replace("{id}", id).replace("{reference}", reference);
                    Locator text = box.getByText(shown, new Locator.GetByTextOptions().setExact(true));
                    found(text.first(), new Place(Place.By.TEXT, shown, null, true));
                }
                root = box;
            }
            Locator target = Finder.within(root, step.target().of(id, reference));
            found(target, step.target());
            if (step.prompt()) {
                page.onceDialog(Dialog::accept);
            }
            if (i == press.steps().size() - 1) {
                pressed.set(true);
            }
            switch (step.does()) {
                case CLICK -> target.click();
                case CHECK -> target.check();
                case CHOOSE -> target.selectOption(new SelectOption().setLabel(String.valueOf(step.option())));
            }
        }
    }

    private void found(Locator locator, Place place) {
        try {
            locator.waitFor(new Locator.WaitForOptions()
                    .setTimeout((double) settings.limits().answer().toMillis()));
        } catch (PlaywrightException e) {
            if (String.valueOf(e.getMessage()).contains("Timeout")
                    || String.valueOf(e.getMessage()).contains("strict mode")) {
                throw new PageException(place.of(id, reference) + " is not on the list's page, or not once");
            }
            throw e;
        }
    }

    private ClaimOutcome answered(
            Lane lane, Page page, @Nullable Locator answer, AtomicBoolean refused, AtomicBoolean loaded) {
        long end = System.nanoTime() + settings.limits().answer().toNanos();
        boolean last = false;
        while (!refused.get() && !last && System.nanoTime() < end) {
            // another lane of the same session may have been shown the message that was meant for this one
            last = loaded.get();
            try {
                if (answer == null) {
                    page.waitForResponse(
                            response -> true, new Page.WaitForResponseOptions().setTimeout(LOOK), () -> {});
                } else {
                    answer.first().waitFor(new Locator.WaitForOptions().setTimeout(LOOK));
                    break;
                }
            } catch (PlaywrightException e) {
                if (lane.isBrokenBy(e)) {
                    throw e;
                }
                // looked again: a refusal has no mark, and must not take the whole time
            }
        }
        if (refused.get()) {
            session.renewed(lane);
            return ClaimOutcome.refused("the session or its token had expired");
        }
        if (isShown(page, press.error())) {
            return failed(lane, ClaimOutcome.unknown("the page says '" + text(page, press.error()) + "'"));
        }
        if (isShown(page, press.lost())) {
            return ClaimOutcome.sent(text(page, press.lost()));
        }
        if (isShown(page, press.won())) {
            return ClaimOutcome.sent(text(page, press.won()));
        }
        if (loaded.get()) {
            return ClaimOutcome.sent("nothing");
        }
        return failed(
                lane,
                ClaimOutcome.unknown("the page gave no answer within "
                        + settings.limits().answer().toSeconds() + " s"));
    }

    private boolean isShown(Page page, @Nullable Place place) {
        return place != null && Finder.on(page, place).first().isVisible();
    }

    private String text(Page page, @Nullable Place place) {
        if (place == null) {
            return "";
        }
        String text =
                WebSession.brief(Finder.on(page, place).first().innerText().strip());
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
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("html", list.text());
        arguments.put("row", press.row().of(id, reference).text());
        arguments.put("number", press.number().of(id, reference).text());
        arguments.put(
                "id", press.id() == null ? null : press.id().of(id, reference).text());
        arguments.put("idAttribute", press.idAttribute());
        arguments.put(
                "taken",
                press.taken() == null ? null : press.taken().of(id, reference).text());
        PageSettings.Form form = java.util.Objects.requireNonNull(press.form());
        arguments.put("form", form.form().of(id, reference).text());
        Map<?, ?> read = (Map<?, ?>) page.evaluate(READ, arguments);
        List<Map<?, ?>> rows = new ArrayList<>();
        for (Object row : (List<?>) java.util.Objects.requireNonNull(read.get("rows"))) {
            Map<?, ?> values = (Map<?, ?>) row;
            if (same((String) values.get("number"), reference) && (press.id() == null || id.equals(values.get("id")))) {
                rows.add(values);
            }
        }
        if (rows.size() != 1) {
            // what was fetched was never shown: there is nothing to see
            session.open(page, address());
            return passedOver(lane, rows.size());
        }
        if (Boolean.TRUE.equals(rows.get(0).get("taken"))) {
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
