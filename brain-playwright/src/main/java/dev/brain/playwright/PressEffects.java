package dev.brain.playwright;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Observes the effects of a press: the documents that it leads to, in the page or in a new window, a download, and the
 * requests that the page sent because of it. Other requests of the page do not count.
 */
final class PressEffects implements AutoCloseable {
    private static final Pattern OF_A_SCRIPT = Pattern.compile("xhr|fetch");

    private final Page page;
    private final WebSession session;
    private final PageSettings settings;
    private final BooleanSupplier isPressed;
    private final BrowserContext context;
    private final List<Download> files = new ArrayList<>();
    private final Consumer<Request> requests = this::sent;
    private final Consumer<Response> responses = this::got;
    private final Consumer<Request> failures = this::failed;
    private final Consumer<Page> contents = this::read;
    private final Consumer<Page> windowsOpened = this::opened;
    private final Consumer<Frame> framesShown = this::shown;
    private final Consumer<Download> downloads = files::add;
    private final Consumer<Dialog> dialogs = this::asked;
    private final PressGuard guard;

    private final Set<Request> documents = new HashSet<>();
    /** The addresses of scripts' requests that the press may have caused, with their statuses. */
    private final Map<String, Integer> suspects = new HashMap<>();

    private final Set<String> refusals = new HashSet<>();
    private final List<Page> windows = new ArrayList<>();
    private @Nullable Frame frame;
    private boolean answersYes;
    private @Nullable String question;
    private boolean refusal;
    private boolean begun;
    private boolean complete;
    private boolean failed;
    private boolean windowShown;
    private @Nullable String fault;
    private int status;

    PressEffects(Page page, WebSession session, PageSettings settings, BooleanSupplier isPressed) {
        this.page = page;
        this.session = session;
        this.settings = settings;
        this.isPressed = isPressed;
        this.context = page.context();
        context.onRequest(requests);
        context.onResponse(responses);
        context.onRequestFailed(failures);
        context.onPage(windowsOpened);
        context.onDownload(downloads);
        context.onDialog(dialogs);
        page.onDOMContentLoaded(contents);
        page.onFrameNavigated(framesShown);
        guard = new PressGuard(page);
    }

    /** Must be called before something is pressed; sets how browser dialogs are answered from here on. */
    void begin(ElementHandle pressed, boolean yes) {
        guard.begin(pressed);
        frame = pressed.ownerFrame();
        answersYes = yes;
    }

    /** Returns the guard of what is pressed. */
    PressGuard guard() {
        return guard;
    }

    /** Must be called if nothing was pressed after all. */
    void forget() {
        documents.clear();
        suspects.clear();
        refusals.clear();
        refusal = false;
        begun = false;
        complete = false;
        failed = false;
        fault = null;
        status = 0;
    }

    /** Returns whether a document was requested since the press, which the press may have caused. */
    boolean isRequested() {
        return !documents.isEmpty();
    }

    private void sent(Request request) {
        if (isPressed.getAsBoolean() && request.isNavigationRequest() && isTop(request)) {
            documents.add(first(request));
        }
    }

    private static Request first(Request request) {
        Request first = request;
        while (first.redirectedFrom() != null) {
            first = first.redirectedFrom();
        }
        return first;
    }

    /** Returns whether a request is for the page, the frame of the press, or a window that the page opens. */
    private boolean isTop(Request request) {
        try {
            Frame loading = request.frame();
            return loading.parentFrame() == null || loading.equals(frame);
        } catch (PlaywrightException e) {
            // a window that does not exist yet
            return true;
        }
    }

    private void got(Response response) {
        Request request = response.request();
        Request first = first(request);
        int answered = response.status();
        boolean refuses = settings.expired().statuses().contains(answered) || session.isLogin(response.url());
        if (documents.contains(first)) {
            if (answered / 100 == 3) {
                return;
            }
            begun = true;
            // such a document does not replace the page
            complete |= answered == 204 || answered == 205;
            refusal |= refuses;
            if (answered >= 400) {
                failed(answered);
            }
        } else if (isPressed.getAsBoolean()
                && (refuses || answered >= 400)
                && OF_A_SCRIPT.matcher(request.resourceType()).matches()) {
            String address = withoutFragment(first.url());
            suspects.put(address, answered);
            if (refuses) {
                refusals.add(address);
            }
        }
    }

    private void failed(int answered) {
        fault = String.valueOf(answered);
        status = answered;
    }

    private void failed(Request request) {
        if (!documents.contains(first(request))) {
            return;
        }
        failed = true;
        // a download also ends the request for a document
        if (!request.failure().contains("ERR_ABORTED")) {
            fault = request.failure();
        }
    }

    private void read(Page shown) {
        complete |= begun;
    }

    private void opened(Page window) {
        windows.add(window);
    }

    private void shown(Frame changed) {
        complete |= begun && changed.equals(frame);
    }

    private void asked(Dialog dialog) {
        boolean leaves = dialog.type().equals("beforeunload");
        if (leaves || answersYes) {
            dialog.accept();
        } else {
            question = dialog.message();
            dialog.dismiss();
        }
    }

    private static String withoutFragment(String url) {
        return url.replaceFirst("#.*", "");
    }

    /** Checks whether the windows show something, and whether a failed request was sent because of the press. */
    void look() {
        windowShown |= windows.stream().anyMatch(PressEffects::isShown);
        if (suspects.isEmpty() || isComing() || !(guard.own() instanceof List<?> own)) {
            return;
        }
        for (Object address : own) {
            String sent = withoutFragment(String.valueOf(address));
            @Nullable Integer answered = suspects.remove(sent);
            if (answered != null) {
                if (refusals.contains(sent)) {
                    refusal = true;
                } else {
                    failed(answered);
                }
            }
        }
    }

    /** Returns whether a document is loading. Until it has loaded, every call to the page waits. */
    boolean isComing() {
        return !documents.isEmpty() && !isOver();
    }

    /** Returns whether a request was answered with an error, and it is not known yet whether the press sent it. */
    boolean isDoubtful() {
        return !suspects.isEmpty();
    }

    /** Returns whether the server refused the session or the token. */
    boolean isRefusal() {
        return refusal;
    }

    /** Returns whether a new page has begun to load. */
    boolean hasBegun() {
        return begun;
    }

    /** Returns whether the new page has loaded completely in place of the pressed one. */
    boolean isPageComplete() {
        return complete && fault == null;
    }

    /** Returns whether there is nothing more to wait for. */
    boolean isOver() {
        return complete || !files.isEmpty() || fault != null || windowShown;
    }

    private static boolean isShown(Page window) {
        try {
            return !window.isClosed()
                    && Boolean.TRUE.equals(
                            window.evaluate("document.readyState !== 'loading' && location.href !== 'about:blank'"));
        } catch (PlaywrightException e) {
            // still loading
            return false;
        }
    }

    /** Returns whether every document that answers the press has replaced a page, or will replace none. */
    boolean hasArrived() {
        return documents.isEmpty() || complete || failed;
    }

    /** Returns the windows that the press opened. */
    List<Page> windows() {
        return windows.stream().filter(window -> !window.isClosed()).toList();
    }

    /** Returns the status or the error of the answer to the press; null if there was none. */
    @Nullable
    String fault() {
        return fault;
    }

    /** Returns the status of an answer that is an error; 0 if there was none. */
    int status() {
        return status;
    }

    /** Describes the effect for people. */
    String text() {
        return !files.isEmpty() ? "a download" : windowShown && !complete ? "a new window" : "nothing";
    }

    /** Returns the text of a dialog that was dismissed; null if there was none. */
    @Nullable
    String question() {
        return question;
    }

    @Override
    public void close() {
        context.offRequest(requests);
        context.offResponse(responses);
        context.offRequestFailed(failures);
        context.offPage(windowsOpened);
        context.offDownload(downloads);
        context.offDialog(dialogs);
        page.offDOMContentLoaded(contents);
        page.offFrameNavigated(framesShown);
        try {
            guard.close();
            for (Download file : files) {
                file.cancel();
                file.delete();
            }
            windows().forEach(Page::close);
        } catch (PlaywrightException e) {
            if (!page.isClosed()) {
                throw e;
            }
        }
    }
}
