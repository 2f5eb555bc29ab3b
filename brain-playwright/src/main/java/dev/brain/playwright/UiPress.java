package dev.brain.playwright;

import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.Tracing;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.SelectOption;
import dev.brain.claim.ClaimOutcome;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Presses what a person presses. */
final class UiPress extends WebPress {
    // no token is shorter, and to ask what the secrets are takes its time
    private static final Pattern LONG_WORD = Pattern.compile("\\S{12}");
    /**
     * What the log of a click says until it is made, as Playwright 1.62 writes it. Where it says anything else, what was
     * pressed is unknown.
     */
    private static final Pattern NOT_YET = Pattern.compile(
            "[-\\s]*(\\d+ × )?((waiting|locator resolved to|attempting|retrying|element is not visible)\\b.*)?");
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
        List<ListRows.Row> found = follows && press.id() != null ? stillShown(lane, page) : List.of();
        boolean hasOldAnswer = found.size() == 1 && !found.get(0).isTaken();
        if (!hasOldAnswer) {
            page = opened(lane, page);
            if (Notice.on(page, press, Duration.ZERO) != null) {
                // of another claim, shown to whoever of this session comes first
                session.open(page, address());
            }
            found = shown(page);
            if (found.size() != 1) {
                return passedOver(lane, found.size());
            }
            if (found.get(0).isTaken()) {
                return ClaimOutcome.lost(null);
            }
        }
        try (Arrival arrival = new Arrival(page, session, settings, this::isPressed)) {
            steps(page, found.get(0).place());
            return answered(lane, page, arrival, hasOldAnswer);
        }
    }

    private List<ListRows.Row> stillShown(Lane lane, Page page) {
        try {
            return rows.on(page);
        } catch (PlaywrightException e) {
            if (lane.isBrokenBy(e)) {
                throw e;
            }
            // it went on to another page by itself; the list is opened anew
            return List.of();
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
                throw stillExpired();
            }
        }
        return page;
    }

    /** The rows of a list that has just been opened; a list may be filled only after its page has come. */
    private List<ListRows.Row> shown(Page page) {
        List<ListRows.Row> found = rows.on(page);
        if (!found.isEmpty()) {
            return found;
        }
        try {
            page.waitForLoadState(LoadState.NETWORKIDLE, new Page.WaitForLoadStateOptions().setTimeout(answerLimit()));
        } catch (TimeoutError e) {
            // it asks for something all the time: what is there by now is what there is
        }
        return rows.on(page);
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
            boolean last = i == press.steps().size() - 1;
            try {
                if (last && !isToldByItsLog(i)) {
                    target.waitFor(new Locator.WaitForOptions().setTimeout(answerLimit()));
                }
                if (last) {
                    pressing();
                }
                act(step, target);
            } catch (PlaywrightException e) {
                if (!isMissing(e) || (isPressed() && !isUntouched(e))) {
                    throw e;
                }
                notPressed();
                throw new PageException(step.target().of(id, reference) + " is not on the list's page, or not once");
            }
        }
    }

    /**
     * Whether a press that finds nothing to press says so. A choice doesn't, and where the step before may lead to another
     * page, that page's coming must not be taken for the answer. To ask first costs a tenth of a claim.
     */
    private boolean isToldByItsLog(int number) {
        PageSettings.Step step = press.steps().get(number);
        return step.does() == PageSettings.Does.CLICK && (number == 0 || step.box() != null);
    }

    /** Whether what should be pressed wasn't there in time, or not once. */
    private static boolean isMissing(PlaywrightException e) {
        return e instanceof TimeoutError || String.valueOf(e.getMessage()).contains("strict mode");
    }

    private static boolean isUntouched(PlaywrightException e) {
        String[] message = String.valueOf(e.getMessage()).split("Call log:", 2);
        return message.length == 2
                && message[1].lines().allMatch(line -> NOT_YET.matcher(line).matches());
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

    private ClaimOutcome answered(Lane lane, Page page, Arrival arrival, boolean hasOldAnswer) {
        long end = System.nanoTime() + settings.limits().answer().toNanos();
        boolean last = false;
        @Nullable Notice notice = null;
        while (notice == null && !arrival.isRefusal() && !last && System.nanoTime() < end) {
            // another lane of the same session may have been shown the message that was meant for this one
            last = arrival.isComplete();
            try {
                if (!arrival.isComplete() && (hasOldAnswer || arrival.hasBegun())) {
                    page.waitForCondition(
                            () -> arrival.isRefusal() || arrival.isComplete(),
                            new Page.WaitForConditionOptions()
                                    .setTimeout(Math.max(1, (end - System.nanoTime()) / 1e6)));
                } else {
                    notice = Notice.on(page, press, LOOK);
                }
            } catch (PlaywrightException e) {
                if (lane.isBrokenBy(e)) {
                    throw e;
                }
                // looked again: a refusal has no mark, and must not take the whole time
            }
        }
        if (arrival.isRefusal()) {
            return refused(lane);
        }
        listShown = arrival.isComplete() && (notice == null || !notice.isError());
        if (notice != null) {
            String text = WebSession.brief(redacted(page, notice.text()));
            if (notice.isError()) {
                return failed(lane, ClaimOutcome.unknown("the page says '" + text + "'"));
            }
            return ClaimOutcome.sent(text);
        }
        return arrival.hasBegun()
                ? ClaimOutcome.sent("nothing")
                : failed(
                        lane,
                        ClaimOutcome.unknown("the page gave no answer within "
                                + settings.limits().answer().toSeconds() + " s"));
    }

    private String redacted(Page page, String text) {
        return LONG_WORD.matcher(text).find() ? Evidence.redacted(text, secrets(page)) : text;
    }
}
