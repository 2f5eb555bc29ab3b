package dev.brain.playwright;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.Tracing;
import com.microsoft.playwright.options.LoadState;
import dev.brain.claim.ClaimOutcome;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Presses what a person presses. */
final class UiPress extends WebPress {
    // no token is shorter, and to ask what the secrets are takes its time
    private static final Pattern LONG_WORD = Pattern.compile("\\S{12}");
    /** How long a look at the page waits for something to be there. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private boolean listShown;

    UiPress(Request request) {
        super(request);
    }

    @Override
    boolean isListShown() {
        return listShown;
    }

    @Override
    ClaimOutcome press(Lane lane, Page page, boolean follows) {
        return settings.trace() ? traced(lane, page, follows) : onList(lane, page, follows);
    }

    private ClaimOutcome traced(Lane lane, Page page, boolean follows) {
        Tracing tracing = lane.context().tracing();
        // snapshots would hold the page's hidden fields
        tracing.start(new Tracing.StartOptions().setScreenshots(true).setSnapshots(false));
        boolean kept = false;
        try {
            ClaimOutcome outcome = onList(lane, page, follows);
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

    private ClaimOutcome onList(Lane lane, Page first, boolean follows) {
        Page page = first;
        // without ids a second row with this number may be on another page of the list
        List<HeldRow> found = follows && press.id() != null ? stillShown(lane, page) : List.of();
        boolean hasOldAnswer = found.size() == 1 && !found.get(0).isTaken();
        if (!hasOldAnswer) {
            page = opened(lane, page);
            if (Notice.on(page, press, Duration.ZERO) != null) {
                // of another claim, shown to whoever of this session comes first
                list(page);
            }
            found = shown(lane, page);
            if (found.isEmpty()) {
                String list = page.url();
                boolean isOver = session.isOver(page);
                if (isOver) {
                    page = lane.page(session.renewed(lane), settings);
                }
                if (isOver || !page.url().equals(list)) {
                    list(page);
                    found = shown(lane, page);
                }
            }
        }
        try (Arrival arrival = new Arrival(page, session, settings, this::isPressed)) {
            PressSteps steps = new PressSteps(this, page, arrival);
            for (; ; ) {
                if (found.size() != 1) {
                    return passedOver(lane, page, found.size());
                }
                if (found.get(0).isTaken()) {
                    return ClaimOutcome.lost(null);
                }
                if (steps.on(lane, found.get(0))) {
                    return answered(lane, page, arrival, hasOldAnswer);
                }
                if (steps.areOver()) {
                    throw new PageException("the list changed each time that something was to be pressed, for "
                            + settings.limits().answer().toSeconds() + " s");
                }
                if (steps.haveBegun() || hasOldAnswer) {
                    list(page);
                    hasOldAnswer = false;
                }
                found = shown(lane, page);
            }
        }
    }

    private List<HeldRow> stillShown(Lane lane, Page page) {
        try {
            return rows.on(page);
        } catch (PlaywrightException e) {
            if (lane.isBrokenBy(e)) {
                throw e;
            }
            // it went on to another page by itself
            return List.of();
        }
    }

    /** The page with the list on it, after a new login if need be. */
    private Page opened(Lane lane, Page first) {
        Page page = first;
        @Nullable Response response = session.open(page, address());
        if (session.isExpired(page, response)) {
            page = lane.page(session.renewed(lane), settings);
            response = session.open(page, address());
            if (session.isExpired(page, response)) {
                throw stillExpired();
            }
        }
        requireList(response);
        return page;
    }

    private void list(Page page) {
        requireList(session.open(page, address()));
    }

    /**
     * The rows of a list that has just been opened. A list may be filled only after its page has come: where no row is
     * there at all, one is waited for; where others are, until the page has got all that it asks for.
     */
    private List<HeldRow> shown(Lane lane, Page page) {
        long end = System.nanoTime() + settings.limits().answer().toNanos();
        boolean isQuiet = false;
        for (; ; ) {
            List<HeldRow> found = stillShown(lane, page);
            boolean isLast = System.nanoTime() >= end || (isQuiet && isListFilled(page));
            if (!found.isEmpty()) {
                session.sawList(page);
            }
            if (!found.isEmpty() || isLast) {
                return found;
            }
            try {
                page.waitForLoadState(
                        LoadState.NETWORKIDLE, new Page.WaitForLoadStateOptions().setTimeout((double) LOOK.toMillis()));
                isQuiet = true;
            } catch (TimeoutError e) {
                // looked at in between: rows may come while it goes on asking for other things
            }
            page.waitForTimeout((double) LOOK.toMillis());
        }
    }

    private ClaimOutcome answered(Lane lane, Page page, Arrival arrival, boolean hasOldAnswer) {
        @Nullable Notice notice = notice(lane, page, arrival, hasOldAnswer);
        if (notice != null && arrival.hasSuspects()) {
            // the page may say so because of an answer that came since the last look
            page.waitForTimeout((double) LOOK.toMillis());
            arrival.look();
        }
        if (arrival.isRefusal()) {
            return refused(lane);
        }
        listShown = arrival.isPageComplete() && (notice == null || notice.kind() != Notice.Kind.ERROR);
        if (notice != null) {
            String text = BrowserError.brief(redacted(page, notice.text()));
            return switch (notice.kind()) {
                case WON -> shown(page, ClaimOutcome.accepted(text));
                // several lanes of a session may be shown each other's messages, so that what this one says is a hint
                case LOST ->
                    shown(page, settings.limits().lanes() == 1 ? ClaimOutcome.declined(text) : ClaimOutcome.sent(text));
                case ERROR -> failed(lane, ClaimOutcome.unknown("the page says '" + text + "'"));
            };
        }
        if (arrival.fault() != null) {
            return failed(lane, ClaimOutcome.unknown("the press was answered with " + arrival.fault()));
        }
        if (session.isLoginPage(page, null)) {
            return refused(lane);
        }
        if (arrival.hasBegun() || arrival.isOver()) {
            return shown(page, ClaimOutcome.sent(arrival.text()));
        }
        if (arrival.isComing()) {
            stop(page);
        }
        String question = arrival.question();
        return failed(
                lane,
                ClaimOutcome.unknown("the page gave no answer within "
                        + settings.limits().answer().toSeconds() + " s"
                        + (question == null
                                ? ""
                                : ", but the browser asked '" + BrowserError.brief(redacted(page, question))
                                        + "', which was answered no: a step of the page file that is to be"
                                        + " answered yes says \"prompt\": true")));
    }

    /** What the page says of the press, or a window that it opened, as soon as it is there. */
    private @Nullable Notice notice(Lane lane, Page page, Arrival arrival, boolean hasOldAnswer) {
        long end = System.nanoTime() + settings.limits().answer().toNanos();
        boolean last = false;
        @Nullable Notice notice = null;
        while (notice == null && !arrival.isRefusal() && !last && System.nanoTime() < end) {
            try {
                arrival.look();
                // another lane of the same session may have been shown the message that was meant for this one
                last = arrival.isOver();
                if (!last && (hasOldAnswer || arrival.isComing())) {
                    page.waitForCondition(
                            () -> arrival.isRefusal() || arrival.isOver(),
                            new Page.WaitForConditionOptions().setTimeout((double) LOOK.toMillis()));
                } else {
                    notice = Notice.on(page, press, LOOK);
                    for (Page window : arrival.windows()) {
                        notice = notice == null ? Notice.on(window, press, Duration.ZERO) : notice;
                    }
                }
            } catch (PlaywrightException e) {
                if (lane.isBrokenBy(e)) {
                    throw e;
                }
                // looked again: a refusal has no mark, and must not take the whole time
            }
        }
        return notice;
    }

    /** Leaves the page as it is: what it is still waiting for must not come while the next resource is looked for. */
    private static void stop(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        session.send("Page.stopLoading");
        session.detach();
    }

    private String redacted(Page page, String text) {
        return LONG_WORD.matcher(text).find() ? Evidence.redacted(text, secrets(page)) : text;
    }
}
