package dev.brain.playwright;

import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.SelectOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Performs the steps of a press. A row is identified by its elements. When the press arrives, the page itself checks
 * that the row is unchanged; otherwise the press does not reach the page's scripts.
 */
final class PressSteps {
    /** Milliseconds between two checks of a page. */
    private static final double LOOK = 50;
    /** How often a page is looked at for what must come at once. */
    private static final int LOOKS = 20;

    private final UiClaim press;
    private final Page page;
    private final PressEffects effects;
    private final long end;
    private int done;

    PressSteps(UiClaim press, Page page, PressEffects effects) {
        this.press = press;
        this.page = page;
        this.effects = effects;
        this.end = System.nanoTime() + press.settings.limits().answer().toNanos();
    }

    /** The result of aiming at an element; whether the page shows the number where required. */
    private record Aim(HeldRow.RowState standing, @Nullable ElementHandle target, boolean isTold) {}

    /** Returns whether a step was performed, so that the page has changed since it was opened. */
    boolean haveBegun() {
        return done > 0;
    }

    /** Returns whether the time limit of the steps is over. */
    boolean areOver() {
        return System.nanoTime() >= end;
    }

    /**
     * Performs all steps. Returns false if the list changed before the last step, which was then not performed.
     *
     * @throws RowException if an element isn't on the page, or can't be pressed
     */
    boolean on(BrowserWorker worker, HeldRow checked) {
        done = 0;
        HeldRow row = checked;
        List<PageSettings.Step> steps = press.press.steps();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).isOptional() && !isThere(i)) {
                continue;
            }
            row = i == 0 ? row : press.rows.refreshed(page, row);
            if (!isDone(worker, steps.get(i), row, i == steps.size() - 1)) {
                return false;
            }
            done++;
        }
        return true;
    }

    /** Returns whether an optional step's element appears before that of the next required step. */
    private boolean isThere(int number) {
        List<PageSettings.Step> steps = press.press.steps();
        int next = number + 1;
        while (steps.get(next).isOptional()) {
            next++;
        }
        while (!isShown(steps.get(number)) && !isShown(steps.get(next)) && !areOver()) {
            page.waitForTimeout(LOOK);
        }
        return isShown(steps.get(number));
    }

    private boolean isShown(PageSettings.Step step) {
        try {
            Locator root = step.inRow() ? press.rows.withText(page, press.reference) : page.locator(":root");
            return Locators.within(
                            step.box() == null
                                    ? root
                                    : Locators.on(page, step.box().of(press.id, press.reference)),
                            step.target().of(press.id, press.reference))
                    .first()
                    .isVisible();
        } catch (PlaywrightException e) {
            if (page.isClosed()) {
                throw e;
            }
            // it is on its way to another page
            return false;
        }
    }

    private boolean isDone(BrowserWorker worker, PageSettings.Step step, HeldRow row, boolean last) {
        ElementHandle target = aimed(step, row);
        if (target == null) {
            return false;
        }
        effects.begin(target, step.prompt());
        if (last) {
            press.pressing();
        }
        @Nullable PlaywrightException failure = null;
        try {
            act(step, target);
        } catch (PlaywrightException e) {
            if (worker.isBrokenBy(e)) {
                throw e;
            }
            failure = e;
        }
        // the page's message about it may still arrive
        for (int i = 0;
                i < LOOKS && !effects.guard().isPassed() && !effects.guard().isBlocked();
                i++) {
            page.waitForTimeout(LOOK);
        }
        if (failure != null && !effects.guard().isPassed()) {
            // and so may the press: from here on it reaches nothing
            effects.guard().giveUp();
        }
        if (effects.guard().isPassed()
                || (!effects.guard().isBlocked() && (failure == null || effects.isRequested()))) {
            return true;
        }
        if (last) {
            press.notPressed();
            effects.forget();
        }
        if (failure instanceof TimeoutError) {
            throw missing(step, ", or is hidden, disabled or covered");
        }
        return false;
    }

    @SuppressWarnings(
            "deprecation") // to wait for the next page is not this call's affair: its time may be over by then
    private void act(PageSettings.Step step, ElementHandle target) {
        double left = Math.max(1, (end - System.nanoTime()) / 1e6);
        switch (step.action()) {
            case CLICK ->
                target.click(new ElementHandle.ClickOptions().setTimeout(left).setNoWaitAfter(true));
            case CHECK -> target.check(new ElementHandle.CheckOptions().setTimeout(left));
            case CHOOSE ->
                target.selectOption(
                        new SelectOption().setLabel(String.valueOf(step.value())),
                        new ElementHandle.SelectOptionOptions().setTimeout(left));
            case FILL ->
                target.fill(
                        press.rows.filled(String.valueOf(step.value())),
                        new ElementHandle.FillOptions().setTimeout(left));
        }
    }

    /** Waits for the element of the step and guards it. Returns null if the list changed. */
    private @Nullable ElementHandle aimed(PageSettings.Step step, HeldRow row) {
        for (; ; ) {
            Aim aim = aim(step, row);
            if (aim.standing() == HeldRow.RowState.CHANGED || aim.target() != null) {
                return aim.target();
            }
            if (aim.standing() == HeldRow.RowState.GONE && (step.inRow() || isListShown())) {
                return null;
            }
            if (areOver()) {
                throw aim.isTold()
                        ? missing(step, "")
                        : new RowException(new PageException("the page that came up for " + step.target()
                                + " doesn't show the number " + press.reference));
            }
            page.waitForTimeout(LOOK);
        }
    }

    private RowException missing(PageSettings.Step step, String more) {
        return new RowException(new PageException(step.target().of(press.id, press.reference)
                + " is not on the list's page, or not exactly once" + more));
    }

    private boolean isListShown() {
        try {
            return !press.rows.on(page).isEmpty();
        } catch (PlaywrightException e) {
            if (page.isClosed()) {
                throw e;
            }
            // it is on its way to another page
            return false;
        }
    }

    private Aim aim(PageSettings.Step step, HeldRow row) {
        try {
            Locator root = step.inRow() ? press.rows.withText(page, row.number()) : page.locator(":root");
            @Nullable List<ElementHandle> boxes = null;
            if (step.box() != null) {
                root = Locators.on(page, step.box().of(press.id, press.reference));
                boxes = root.elementHandles();
            }
            List<ElementHandle> candidates = Locators.within(root, step.target().of(press.id, press.reference))
                    .elementHandles();
            if (candidates.isEmpty()) {
                return new Aim(row.standing(page), null, true);
            }
            HeldRow.RowState standing = step.inRow() ? HeldRow.RowState.SAME : row.standing(page);
            boolean isElsewhere = standing == HeldRow.RowState.GONE;
            return isElsewhere && isListShown()
                    ? new Aim(standing, null, true)
                    : aim(step, isElsewhere ? null : row, candidates, boxes);
        } catch (PlaywrightException e) {
            if (page.isClosed()) {
                throw e;
            }
            // the page changed between two calls: repeat
            return new Aim(row.standing(page), null, true);
        }
    }

    /** Returns whether a text names the resource of a box. */
    private static boolean isNamed(@Nullable String shows) {
        return shows != null && (shows.contains("{reference}") || shows.contains("{id}"));
    }

    /** @param row null if a page of the resource has replaced the list; that page must show the number instead */
    private Aim aim(
            PageSettings.Step step,
            @Nullable HeldRow row,
            List<ElementHandle> candidates,
            @Nullable List<ElementHandle> boxes) {
        Map<String, @Nullable Object> asked = new HashMap<>();
        asked.put("candidates", candidates);
        asked.put("token", effects.guard().token());
        asked.put("held", row == null ? null : row.elements());
        asked.put("inRow", step.inRow());
        asked.put("boxes", boxes);
        asked.put(
                "shows",
                step.shows() == null
                        ? null
                        : step.shows().replace("{id}", press.id).replace("{reference}", press.reference));
        asked.put("tells", row == null && !isNamed(step.shows()) ? press.reference : null);
        Map<?, ?> told = (Map<?, ?>) PageScript.press(candidates.get(0), "aim", asked);
        int at = told != null && told.get("at") instanceof Number number ? number.intValue() : -1;
        boolean isOne = told != null && Integer.valueOf(1).equals(told.get("count"));
        boolean isTold = told == null || !Boolean.FALSE.equals(told.get("told"));
        HeldRow.RowState standing = row == null
                ? HeldRow.RowState.SAME
                : HeldRow.standing(told == null ? "" : String.valueOf(told.get("standing")));
        return new Aim(standing, isOne && isTold ? candidates.get(at) : null, isTold);
    }
}
