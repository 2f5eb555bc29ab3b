package dev.brain.playwright;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.RequestOptions;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.brain.check.Finding;
import dev.brain.internal.site.UrlTemplate;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks the locators of a page file by the rules of a claim. Presses nothing except the login. */
final class PageCheck {
    private final Site site;
    private final PageSettings settings;
    private final WebSession session;
    private final Evidence evidence;
    private final List<Finding> findings;

    /** @param findings receives the findings, also if a check ends early */
    PageCheck(Site site, PageSettings settings, WebSession session, Evidence evidence, List<Finding> findings) {
        this.site = site;
        this.settings = settings;
        this.session = session;
        this.evidence = evidence;
        this.findings = findings;
    }

    /** Checks on a worker. Returns true, because every fault is a finding. */
    boolean on(BrowserWorker worker) {
        if (settings.basic() != null && !settings.basic().isVariable()) {
            findings.add(Finding.warning(
                    "base", "the address contains a password: name the variables of the account in \"basic\" instead"));
        }
        if (login(worker)) {
            Claimant claimant = session.claimant(worker, site.claimant());
            findings.add(Finding.ok("login", "logged in as " + claimant.name()));
            form(worker, list(worker.page(session.state(), settings)));
        }
        return true;
    }

    /** Checks whether the login page has all locators of the steps before the next page. */
    private boolean login(BrowserWorker worker) {
        Page page = worker.fresh(new SessionState(-2, null, null), settings);
        session.open(page, settings.login().address());
        boolean complete = true;
        for (PageSettings.Step step : settings.login().steps()) {
            Locator root = page.locator(":root");
            complete &= step.isOptional()
                    ? passable(root, step.key(), step.target())
                    : look(page, root, step.key(), step.target());
            if (step.action() == PageSettings.Action.CLICK && !step.isOptional()) {
                break;
            }
        }
        return complete;
    }

    /** Checks the list. Returns the row of a free case; null if the list shows none. */
    private @Nullable Locator list(Page page) {
        PageSettings.Press press = settings.claim();
        session.open(page, list(press, site, ""));
        Locator rows = Locators.on(page, press.row());
        if (!isThere(rows)) {
            findings.add(Finding.warning(
                    "claim.row",
                    press.row() + " is not on " + WebSession.path(page) + ": is the list currently empty?"
                            + (page.frames().size() > 1
                                    ? " If it is within a frame, name the frame in \"frame\""
                                    : "")));
            return null;
        }
        Locator row = row(page, rows, press);
        look(page, row, "claim.number", press.number());
        if (press.id() != null) {
            id(page, row, press, press.id());
        }
        if (!isFormSent(press)) {
            press.steps().forEach(step -> step(page, row, step));
        }
        return isTaken(row, press) ? null : row;
    }

    private static boolean isTaken(Locator row, PageSettings.Press press) {
        return press.taken() != null && Locators.within(row, press.taken()).count() > 0;
    }

    /** Returns whether claims send the form and press nothing. */
    private boolean isFormSent(PageSettings.Press press) {
        return settings.form() && press.form() != null;
    }

    private void step(Page page, Locator row, PageSettings.Step step) {
        Locator root = step.inRow() ? row : page.locator(":root");
        if (step.isOptional()) {
            passable(root, step.key(), step.target());
            return;
        }
        if (step.box() != null) {
            if (!look(page, root, step.key() + ".box", step.box())) {
                return;
            }
            root = Locators.within(root, step.box(), true).first();
        }
        look(page, root, step.key(), step.target());
    }

    private boolean isThere(Locator rows) {
        try {
            rows.first()
                    .waitFor(new Locator.WaitForOptions()
                            .setState(WaitForSelectorState.ATTACHED)
                            .setTimeout((double) settings.limits().answer().toMillis()));
            return true;
        } catch (TimeoutError e) {
            return false;
        }
    }

    /** Returns the first row of a free case, or of any: a heading or an "empty" line has no number and no id. */
    private static Locator row(Page page, Locator rows, PageSettings.Press press) {
        @Nullable Locator first = null;
        for (Locator row : rows.all()) {
            if (Locators.within(row, press.number()).count() > 0
                    && (press.id() == null
                            || Locators.atOrWithin(page, row, press.id()).count() > 0)) {
                if (!isTaken(row, press)) {
                    return row;
                }
                first = first == null ? row : first;
            }
        }
        return first == null ? rows.first() : first;
    }

    private void id(Page page, Locator row, PageSettings.Press press, ElementLocator locator) {
        Locator holder = Locators.atOrWithin(page, row, locator);
        if (holder.count() == 0) {
            missing(page, "claim.id", locator);
        } else if (holder.first().getAttribute(press.idAttribute()) == null) {
            findings.add(Finding.error(
                    "claim.id",
                    locator + " has no attribute \"" + press.idAttribute() + "\"; correct claim.id.attribute"));
        } else {
            findings.add(Finding.ok("claim.id", locator.toString()));
        }
    }

    /** @param row a free case on the open list; null if it shows none, so that a missing form is no fault */
    private void form(BrowserWorker worker, @Nullable Locator row) {
        PageSettings.Press press = settings.claim();
        PageSettings.Form form = press.form();
        if (form == null || !form.form().isSelector()) {
            return;
        }
        ListRows rows = row == null ? new ListRows(press, "0", "") : rows(worker.shown(), row, press);
        APIResponse list =
                worker.context().request().get(settings.absolute(list(press, site, "")), RequestOptions.create());
        String fault = list.status() != 200
                ? "cannot be read: the list answered " + list.status()
                : WebForm.in(worker.shown(), list, rows, form).form().fault();
        if (fault != null) {
            String message = "the form " + form.form() + " " + fault;
            findings.add(
                    isFormSent(press) && row != null
                            ? Finding.error("claim.form", message)
                            : Finding.warning(
                                    "claim.form",
                                    message
                                            + (isFormSent(press)
                                                    ? "; check again when the list shows a free case"
                                                    : "; the method \"form\" is not available")));
        } else {
            findings.add(Finding.ok("claim.form", form.form().toString()));
        }
    }

    private static ListRows rows(Page page, Locator row, PageSettings.Press press) {
        String id = press.id() == null
                ? null
                : text(Locators.atOrWithin(page, row, press.id()), holder -> holder.getAttribute(press.idAttribute()));
        String number = text(Locators.within(row, press.number()), Locator::innerText);
        return new ListRows(press, id == null ? "0" : id, number == null ? "" : number);
    }

    private static @Nullable String text(Locator found, Function<Locator, @Nullable String> read) {
        return found.count() == 0 ? null : read.apply(found.first());
    }

    private boolean passable(Locator root, String what, ElementLocator locator) {
        boolean isThere = Locators.within(root, locator, true).count() > 0;
        findings.add(Finding.ok(what, locator + (isThere ? "" : " is not there, and is optional")));
        return true;
    }

    private boolean look(Page page, Locator root, String what, ElementLocator locator) {
        // elements that a press shows may exist before, but hidden
        if (Locators.within(root, locator, true).count() > 0 || isThere(Locators.within(root, locator, true))) {
            findings.add(Finding.ok(what, locator.toString()));
            return true;
        }
        return missing(page, what, locator);
    }

    private boolean missing(Page page, String what, ElementLocator locator) {
        String message = locator + " is not on the page " + WebSession.path(page);
        String kept = evidence.keep(page, site.id(), "check", message, session.secrets(page));
        findings.add(Finding.error(
                what, message + "; correct the page file" + (kept == null ? "" : "; a screenshot is in " + kept)));
        return false;
    }

    /** Returns the address of a list with any cases. */
    static String list(PageSettings.Press press, Site site, String reference) {
        // an empty value if there is no case: it is not encoded, and filters nothing
        UrlTemplate template = UrlTemplate.parse(press.address());
        return template.render(name -> switch (name) {
                    case "id" -> Optional.of("0");
                    case "reference", UrlTemplate.REFERENCE -> Optional.of(reference.isEmpty() ? "\u0000" : reference);
                    default -> site.settings().text(name).or(() -> Optional.of("\u0000"));
                })
                .replace("%00", "");
    }
}
