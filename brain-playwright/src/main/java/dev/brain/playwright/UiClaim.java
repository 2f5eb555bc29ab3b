package dev.brain.playwright;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.Tracing;
import com.microsoft.playwright.options.LoadState;
import dev.brain.claim.ClaimOutcome;
import dev.brain.error.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A claim that presses the buttons that a person presses. */
final class UiClaim extends WebClaim {
    // no token is shorter, and to ask what the secrets are takes its time
    private static final Pattern LONG_WORD = Pattern.compile("\\S{12}");
    /** How long a look at the page waits for something to be there. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** How soon a pressed button sends its form, and how often a page that loads nothing is looked at. */
    private static final Duration SENT = Duration.ofMillis(50);

    private static final int LOOKS = 5;

    private boolean listShown;

    UiClaim(Request request) {
        super(request);
    }

    @Override
    boolean isListShown() {
        return listShown;
    }

    @Override
    ClaimOutcome press(BrowserWorker worker, Page page, boolean follows) {
        return settings.trace() ? traced(worker, page, follows) : onList(worker, page, follows);
    }

    private ClaimOutcome traced(BrowserWorker worker, Page page, boolean follows) {
        Tracing tracing = worker.context().tracing();
        // snapshots would hold the page's hidden fields
        tracing.start(new Tracing.StartOptions().setScreenshots(true).setSnapshots(false));
        boolean kept = false;
        try {
            ClaimOutcome outcome = onList(worker, page, follows);
            kept = !page.isClosed();
            if (kept) {
                evidence.trace(tracing, page, site.id(), id, () -> secrets(page));
            }
            return outcome;
        } finally {
            // a new login has a new context, which is not traced
            if (!kept && !page.isClosed() && !worker.isBroken()) {
                tracing.stop();
            }
        }
    }

    private ClaimOutcome onList(BrowserWorker worker, Page first, boolean follows) {
        Page page = first;
        // without ids a second row with this number may be on another page of the list
        List<HeldRow> found = follows && press.id() != null ? stillShown(worker, page) : List.of();
        boolean hasOldAnswer = found.size() == 1 && !found.get(0).isTaken();
        if (!hasOldAnswer) {
            session.users().begin();
            page = opened(worker, page);
            if (hasNotice(worker, page)) {
                // of another claim, shown to whoever of this session comes first
                list(page);
            }
            found = shown(worker, page);
            if (found.isEmpty()) {
                String list = page.url();
                boolean isOver = read(worker, page, session::isOver);
                if (isOver) {
                    page = worker.page(session.renewed(worker), settings);
                }
                if (isOver || !page.url().equals(list)) {
                    list(page);
                    found = shown(worker, page);
                }
            }
        }
        try (PressEffects effects = new PressEffects(page, session, settings, this::isPressed)) {
            PressSteps steps = new PressSteps(this, page, effects);
            for (; ; ) {
                if (found.size() != 1) {
                    return passedOver(worker, page, found.size());
                }
                if (found.get(0).isTaken()) {
                    return ClaimOutcome.lost(null);
                }
                if (steps.on(worker, found.get(0))) {
                    return answered(worker, page, effects, hasOldAnswer);
                }
                if (steps.areOver()) {
                    throw new RowException(
                            new UnavailableException("the list changed before each attempt to press, for "
                                    + settings.limits().answer().toSeconds() + " s"));
                }
                if (steps.haveBegun() || hasOldAnswer) {
                    list(page);
                    hasOldAnswer = false;
                }
                found = shown(worker, page);
            }
        }
    }

    private boolean hasNotice(BrowserWorker worker, Page page) {
        return read(worker, page, list -> PageMessage.on(list, press, Duration.ZERO) != null);
    }

    /** Reads something of a page. If the page moves on meanwhile, reads it again from the page that follows. */
    private static boolean read(BrowserWorker worker, Page page, Predicate<Page> reading) {
        for (int look = 0; ; look++) {
            try {
                return reading.test(page);
            } catch (PlaywrightException e) {
                if (worker.isBrokenBy(e) || page.isClosed() || look == LOOKS) {
                    throw e;
                }
                page.waitForTimeout((double) LOOK.toMillis());
            }
        }
    }

    private List<HeldRow> stillShown(BrowserWorker worker, Page page) {
        try {
            return rows.on(page);
        } catch (PlaywrightException e) {
            if (worker.isBrokenBy(e)) {
                throw e;
            }
            // the page moved on to another page by itself
            return List.of();
        }
    }

    /** Returns the page with the list, after a new login if necessary. */
    private Page opened(BrowserWorker worker, Page first) {
        Page page = first;
        @Nullable Response response = session.openList(page, address());
        if (session.isExpired(page, response)) {
            page = worker.page(session.renewed(worker), settings);
            response = session.openList(page, address());
            if (session.isExpired(page, response)) {
                throw stillExpired();
            }
        }
        requireList(response);
        return page;
    }

    private void list(Page page) {
        requireList(session.openList(page, address()));
    }

    /**
     * Returns the rows of a list that has just been opened. A list may be filled only after its page has loaded. If
     * there is no row at all, waits for one, unless the page asks for a login. If there are other rows, waits until the
     * page has loaded everything that it requests.
     */
    private List<HeldRow> shown(BrowserWorker worker, Page page) {
        long end = System.nanoTime() + settings.limits().answer().toNanos();
        boolean isQuiet = false;
        for (; ; ) {
            // asked first: rows that come between the two questions are found
            boolean isLast = System.nanoTime() >= end
                    || (isQuiet && read(worker, page, list -> isListFilled(list) || session.isLoginPage(list, null)));
            List<HeldRow> found = stillShown(worker, page);
            if (!found.isEmpty()) {
                read(worker, page, list -> {
                    session.sawList(list);
                    return true;
                });
            }
            if (!found.isEmpty() || isLast) {
                return found;
            }
            try {
                page.waitForLoadState(
                        LoadState.NETWORKIDLE, new Page.WaitForLoadStateOptions().setTimeout((double) LOOK.toMillis()));
                isQuiet = true;
            } catch (TimeoutError e) {
                // checked in between: rows may appear while the page still requests other things
            }
            page.waitForTimeout((double) LOOK.toMillis());
        }
    }

    private ClaimOutcome answered(BrowserWorker worker, Page page, PressEffects effects, boolean hasOldAnswer) {
        @Nullable PageMessage notice = notice(worker, page, effects, hasOldAnswer);
        // a page that was refused says so in words of its own, which may be seen before the refusal is
        for (int i = 0; i < LOOKS && isError(notice) && effects.isDoubtful() && !effects.isRefusal(); i++) {
            page.waitForTimeout((double) LOOK.toMillis());
            effects.look();
        }
        if (effects.isRefusal()) {
            // a context that is closed between a document's answer and its arrival may never be closed
            awaited(page, effects::hasArrived, settings.limits().answer());
            return refused(worker);
        }
        listShown = effects.isPageComplete() && !isError(notice);
        if (notice != null) {
            String text = BrowserError.brief(redacted(page, notice.text()));
            return switch (notice.kind()) {
                case WON -> shown(page, ClaimOutcome.accepted(text));
                case LOST -> shown(page, isOwn(notice) ? ClaimOutcome.declined(text) : ClaimOutcome.sent(text));
                case ERROR -> failed(worker, unknown("the page says '" + text + "'", effects.status()));
            };
        }
        if (effects.fault() != null) {
            return failed(worker, unknown("the press was answered with " + effects.fault(), effects.status()));
        }
        if (session.isLoginPage(page, null)) {
            return refused(worker);
        }
        if (effects.hasBegun() || effects.isOver()) {
            return shown(page, ClaimOutcome.sent(effects.text()));
        }
        if (effects.isComing()) {
            stop(page);
        }
        return failed(
                worker,
                ClaimOutcome.unknown("the page gave no answer within "
                        + settings.limits().answer().toSeconds() + " s" + reason(worker, page, effects)));
    }

    /** Returns what may have kept the page from answering, and what to do; empty if nothing is known. */
    private String reason(BrowserWorker worker, Page page, PressEffects effects) {
        String question = effects.question();
        if (question != null) {
            return ", but the browser dialog '" + BrowserError.brief(redacted(page, question))
                    + "' was dismissed: to accept it, set \"prompt\": true in the step of the page file";
        }
        try {
            return PageScript.ask(page, "refusedField", Map.of()) instanceof String field
                    ? ", and the browser does not send its field '" + BrowserError.brief(redacted(page, field))
                            + "' as it is: give it a value by a step with \"fill\" in the page file"
                    : "";
        } catch (PlaywrightException e) {
            if (worker.isBrokenBy(e)) {
                throw e;
            }
            // the page moved on, and nothing is known of it
            return "";
        }
    }

    /** Returns whether a message is certainly about this press: whoever uses a session may see each other's messages. */
    private boolean isOwn(PageMessage notice) {
        return notice.names(reference)
                || (settings.limits().workers() == 1 && session.users().isAlone());
    }

    private static boolean isError(@Nullable PageMessage notice) {
        return notice != null && notice.kind() == PageMessage.Kind.ERROR;
    }

    /** Returns the message of the page, or of a window that it opened, about the press, as soon as it appears. */
    private @Nullable PageMessage notice(BrowserWorker worker, Page page, PressEffects effects, boolean hasOldAnswer) {
        long end = System.nanoTime() + settings.limits().answer().toNanos();
        boolean last = false;
        @Nullable PageMessage notice = null;
        // a form is sent a moment after its button was pressed; until the answer arrives, a query would wait without
        // end
        awaited(page, () -> effects.isComing() || effects.isRefusal() || effects.isOver(), SENT);
        while (notice == null && !effects.isRefusal() && !last && System.nanoTime() < end) {
            try {
                effects.look();
                // another worker of the same session may have received the message for this one
                last = effects.isOver();
                if (!last && (hasOldAnswer || effects.isComing())) {
                    awaited(page, () -> effects.isRefusal() || effects.isOver(), LOOK);
                } else {
                    notice = PageMessage.on(page, press, last ? LOOK : Duration.ZERO);
                    for (Page window : effects.windows()) {
                        notice = notice == null ? PageMessage.on(window, press, Duration.ZERO) : notice;
                    }
                    if (notice == null && !last) {
                        awaited(page, () -> effects.isComing() || effects.isRefusal() || effects.isOver(), SENT);
                    }
                }
            } catch (PlaywrightException e) {
                if (worker.isBrokenBy(e)) {
                    throw e;
                }
                // looked again: a refusal has no mark, and must not take the whole time
            }
        }
        return notice;
    }

    private static void awaited(Page page, BooleanSupplier condition, Duration limit) {
        try {
            page.waitForCondition(condition, new Page.WaitForConditionOptions().setTimeout((double) limit.toMillis()));
        } catch (TimeoutError e) {
            // looked again
        }
    }

    /** Stops the page: pending answers must not arrive while the next resource is searched for. */
    private static void stop(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        session.send("Page.stopLoading");
        session.detach();
    }

    private String redacted(Page page, String text) {
        return LONG_WORD.matcher(text).find() ? Evidence.redacted(text, secrets(page)) : text;
    }
}
