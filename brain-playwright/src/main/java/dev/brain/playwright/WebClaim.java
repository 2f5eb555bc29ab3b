package dev.brain.playwright;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.LoginException;
import dev.brain.error.UnavailableException;
import dev.brain.internal.site.UrlTemplate;
import dev.brain.resource.Resource;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Claims or releases one resource on a worker. Always knows whether anything was pressed. */
abstract class WebClaim {
    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    final WebSession session;
    final PageSettings settings;
    final PageSettings.Press press;
    final Evidence evidence;
    final Site site;
    final String id;
    final String reference;
    final ListRows rows;
    private final Resource resource;
    private final AtomicBoolean pressed = new AtomicBoolean();
    private final Set<String> secrets = new HashSet<>();
    private volatile @Nullable RowException rowFailure;

    WebClaim(Request request) {
        this.session = request.session();
        this.settings = request.settings();
        this.press = request.press();
        this.evidence = request.evidence();
        this.site = request.site();
        this.resource = request.resource();
        this.id = resource.id().value();
        this.reference = String.valueOf(resource.reference());
        this.rows = new ListRows(press, id, reference);
    }

    /** A request to press for one resource of a site according to the settings. */
    record Request(
            WebSession session,
            PageSettings settings,
            PageSettings.Press press,
            Evidence evidence,
            Site site,
            Resource resource) {}

    /** Creates a claim by the method in the settings, if the pages support it. */
    static WebClaim of(Request request) {
        PageSettings.Form form = request.press().form();
        return request.settings().form() && form != null ? new FormClaim(request, form) : new UiClaim(request);
    }

    /** Returns whether something was pressed that may have changed the resource. Thread-safe. */
    final boolean isPressed() {
        return pressed.get();
    }

    /** Must be called just before such a press. */
    final void pressing() {
        pressed.set(true);
    }

    /** Must be called if it turns out that nothing was pressed. */
    final void notPressed() {
        pressed.set(false);
    }

    /**
     * Returns whether the page that answered the press may show the list again, so that the worker's next press can use
     * it.
     */
    boolean isListShown() {
        return false;
    }

    /** @param follows whether the worker shows what the press before was answered with, a moment ago */
    final ClaimOutcome on(BrowserWorker worker, boolean follows) {
        Page page = worker.page(session.verified(worker), settings);
        try {
            return press(worker, page, follows);
        } catch (RowException e) {
            return pressed.get()
                    ? failed(worker, ClaimOutcome.unknown(String.valueOf(e.getMessage())))
                    : ofRow(worker, e);
        } catch (PageException e) {
            return pressed.get()
                    ? failed(worker, ClaimOutcome.unknown(String.valueOf(e.getMessage())))
                    : failed(worker, ClaimOutcome.notSent(e));
        } catch (PlaywrightException e) {
            if (worker.isBrokenBy(e)) {
                throw e;
            }
            String message = "the page failed: " + BrowserError.message(e);
            return failed(
                    worker,
                    pressed.get()
                            ? ClaimOutcome.unknown(message)
                            : ClaimOutcome.notSent(new UnavailableException(message, BrowserError.cause(e))));
        } catch (UnavailableException e) {
            if (worker.isBrokenBy(e)) {
                throw e;
            }
            if (pressed.get()) {
                return failed(worker, ClaimOutcome.unknown(String.valueOf(e.getMessage())));
            }
            ClaimOutcome outcome = ClaimOutcome.notSent(e);
            return e instanceof LoginException ? outcome : failed(worker, outcome);
        }
    }

    private ClaimOutcome ofRow(BrowserWorker worker, RowException failure) {
        rowFailure = failure;
        return failed(worker, ClaimOutcome.failed(String.valueOf(failure.getMessage())));
    }

    /** Returns why nothing could be pressed for this resource, if the reason may be its own; null otherwise. */
    final @Nullable RowException rowFailure() {
        return rowFailure;
    }

    /**
     * Finds the resource and presses for it.
     *
     * @param page the worker's, with the session
     * @throws RowException if nothing can be pressed for this resource
     * @throws PageException if an element isn't on the page
     * @throws UnavailableException if the pages don't answer as they should
     */
    abstract ClaimOutcome press(BrowserWorker worker, Page page, boolean follows);

    /** Returns an outcome with evidence of the page. */
    final ClaimOutcome failed(BrowserWorker worker, ClaimOutcome outcome) {
        try {
            Page page = worker.shown();
            if (session.isLogin(page.url())) {
                return outcome;
            }
            return outcome.withEvidence(
                    evidence.keep(page, site.id(), id, String.valueOf(outcome.detail()), secrets(page)));
        } catch (PlaywrightException e) {
            return outcome;
        }
    }

    /** Returns the outcome if the browser has gone, so that there is no page. */
    final ClaimOutcome withoutPage(ClaimOutcome outcome) {
        return outcome.withEvidence(evidence.keep(
                site.id(),
                id,
                outcome.detail()
                        + "\n\nThe browser had gone: there is no picture, and it is unknown what the page showed."
                        + (pressed.get() ? " The press had already been made." : "")));
    }

    /**
     * Returns the outcome of a resource that is not on the list, or not exactly once.
     *
     * @throws UnavailableException if the page is not a list
     */
    final ClaimOutcome passedOver(BrowserWorker worker, Page page, int rows) {
        if (rows == 0 && !isListFilled(page) && !session.isOfUser(page)) {
            throw new UnavailableException(
                    "the list's page shows neither a row nor the user's name, and may be out of service" + hint(page));
        }
        String reason = rows == 0
                ? "no row of the list has its number" + (press.id() == null ? "" : " and id") + hint(page)
                : rows + " rows of the list have its number: nobody can say which is meant";
        return ofRow(worker, new RowException(new UnavailableException(reason)));
    }

    /** Returns whether a page has any row of a list. */
    final boolean isListFilled(Page page) {
        return Locators.on(page, press.row().of(id, reference)).count() > 0;
    }

    private static String hint(Page page) {
        return page.frames().size() > 1 ? "; if the list is within a frame, name it in \"frame\"" : "";
    }

    /** Returns the outcome, and remembers what the page shows until the read-back. */
    final ClaimOutcome shown(Page page, ClaimOutcome outcome) {
        evidence.remember(page, site.id(), id, secrets(page));
        return outcome;
    }

    /** Requires the answer of a list, if there was any; throws like the other. */
    static void requireList(@Nullable Response response) {
        if (response != null) {
            requireList(response.status(), response.headers());
        }
    }

    /**
     * Requires the answer of a list.
     *
     * @throws RowException if the answer is an error that may concern only this resource
     * @throws UnavailableException if the answer is that the system is overloaded or out of service, as a gateway's is
     */
    static void requireList(int status, Map<String, String> headers) {
        if (status >= BAD_REQUEST) {
            String wait = headers.get("retry-after");
            UnavailableException failure = new UnavailableException("the list answered " + status
                    + (wait == null ? "" : " (Retry-After: " + BrowserError.brief(wait) + ")"));
            if (status == TOO_MANY_REQUESTS || status > SERVER_ERROR) {
                throw failure;
            }
            throw new RowException(failure);
        }
    }

    /** Returns the outcome if the server refused the session or its token, which had no effect. Gets a new session. */
    final ClaimOutcome refused(BrowserWorker worker) {
        session.renewed(worker);
        return ClaimOutcome.refused("the session or its token had expired");
    }

    /**
     * Returns an unknown outcome of something pressed.
     *
     * @param status the status of the answer; 0 if it had none. If it shows that the system is overloaded or out of order,
     *     nothing more is pressed for the site in this cycle
     */
    static ClaimOutcome unknown(String reason, int status) {
        return new ClaimOutcome(
                ClaimOutcome.Result.UNKNOWN,
                reason,
                null,
                status == TOO_MANY_REQUESTS || status >= SERVER_ERROR
                        ? new UnavailableException(reason + "; nothing more is pressed for the site in this cycle")
                        : null);
    }

    static UnavailableException stillExpired() {
        return new UnavailableException(
                "the list shows the login page though somebody has just logged in; look at it in a browser");
    }

    /**
     * Returns the secrets of all pages of this claim so far, because evidence of one page must not show those of an
     * earlier one.
     */
    final List<String> secrets(Page page) {
        secrets.addAll(session.secrets(page));
        return List.copyOf(secrets);
    }

    final String address() {
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
}
