package dev.brain.playwright;

import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.SelectOption;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Logs in once on a page by the steps of the page file, and determines the result. */
final class WebLogin {
    private final WebSession session;
    private final PageSettings settings;
    private final PageSettings.Login login;
    private final String account;
    private final String password;

    /** @throws ConfigurationException if the account is not set */
    WebLogin(WebSession session, PageSettings settings, Environment environment) {
        this.session = session;
        this.settings = settings;
        this.login = settings.login();
        this.account = credential(environment, settings.accountVariable());
        this.password = credential(environment, settings.passwordVariable());
    }

    /**
     * The answer to a login. Unless it is a refusal, the user's page decides.
     *
     * @param isDone whether {@code login.done} shows success
     * @param refusal the text of {@code login.failed}; null if the page shows none
     * @param doubt what suggests that the login failed; null if nothing does
     */
    record Answer(
            boolean isDone,
            @Nullable String refusal,
            @Nullable String doubt) {}

    private String credential(Environment environment, String variable) {
        return environment
                .get(variable)
                .orElseThrow(() -> new ConfigurationException(
                        "login at " + settings.base() + " needs an account: set " + variable));
    }

    /**
     * Opens the login page and logs in.
     *
     * @throws PageException if an element isn't on the page
     * @throws UnavailableException if the system doesn't answer
     */
    Answer attempt(Page page) {
        session.open(page, login.address());
        List<PageSettings.Step> steps = login.steps();
        int last = steps.size() - 1;
        while (steps.get(last).isOptional()) {
            last--;
        }
        try (LoginEffects effects = new LoginEffects(page)) {
            for (int i = 0; i < steps.size(); i++) {
                step(page, i, effects);
                if (i < last && Locators.isShown(page, login.failed())) {
                    return refused(page);
                }
            }
            return answer(page, effects);
        }
    }

    private void step(Page page, int number, LoginEffects effects) {
        PageSettings.Step step = login.steps().get(number);
        Locator target = Locators.on(page, step.target());
        Locators.await(
                page,
                step.isOptional()
                        ? settings.limits().answer()
                        : settings.limits().page(),
                () -> Locators.isShown(page, step.target())
                        || Locators.isShown(page, login.failed())
                        || (step.isOptional() && isPast(page, number)));
        if (!Locators.isShown(page, step.target())) {
            if (step.isOptional() || Locators.isShown(page, login.failed())) {
                return;
            }
            throw notOnce(page, step);
        }
        effects.begin();
        try {
            act(step, target);
        } catch (PlaywrightException e) {
            // without the cause: its log would show typed text
            if (step.isOptional()) {
                return;
            }
            if (target.count() > 1) {
                throw notOnce(page, step);
            }
            throw new UnavailableException("login at " + settings.base() + ": " + step.key() + " " + step.target()
                    + " is on the page " + WebSession.path(page) + ", but can't be used: is it covered?"
                    + " Name the element that must be dismissed in \"dismiss\"");
        }
    }

    private void act(PageSettings.Step step, Locator target) {
        switch (step.action()) {
            case CLICK -> target.click();
            case CHECK -> target.check();
            case CHOOSE -> target.selectOption(new SelectOption().setLabel(value(step)));
            case FILL -> target.fill(value(step));
        }
    }

    private static PageException notOnce(Page page, PageSettings.Step step) {
        return new PageException(step.key() + " " + step.target() + " is not on the page " + WebSession.path(page)
                + ", or not exactly once");
    }

    /** Returns whether the page shows the element after an optional step. */
    private boolean isPast(Page page, int number) {
        List<PageSettings.Step> steps = login.steps();
        for (int i = number + 1; i < steps.size(); i++) {
            if (Locators.isShown(page, steps.get(i).target())) {
                return true;
            }
        }
        return Locators.isShown(page, login.done());
    }

    private String value(PageSettings.Step step) {
        String value = step.value() == null ? "" : step.value();
        return value.replace("{account}", account).replace("{password}", password);
    }

    private Answer answer(Page page, LoginEffects effects) {
        Locators.await(
                page,
                settings.limits().page(),
                () -> Locators.isShown(page, login.failed())
                        || Locators.isShown(page, login.done())
                        || (effects.hasLoaded() && (login.done() == null || isFormShown(page)))
                        || (login.done() == null && !isFormShown(page)));
        if (!Locators.isShown(page, login.done()) && !Locators.isShown(page, login.failed())) {
            settled(page, effects);
        }
        if (Locators.isShown(page, login.failed())) {
            return refused(page);
        }
        if (Locators.isShown(page, login.done())) {
            return new Answer(true, null, null);
        }
        if (isFormShown(page)) {
            if (!effects.hasLoaded() && !effects.isAnswered()) {
                throw new UnavailableException("login at " + settings.base() + ": no answer within the time limit");
            }
            return new Answer(false, null, "it shows the login page again");
        }
        return new Answer(
                false,
                null,
                login.done() == null
                        ? null
                        : "login.done " + login.done() + " does not appear on the page " + WebSession.path(page)
                                + ", and no refusal appears either");
    }

    /**
     * Waits until a page has everything that it requests. A page may show the form until it has asked who is logged in,
     * and leaving it too early would abort a login that a script has sent.
     */
    private void settled(Page page, LoginEffects effects) {
        if (effects.hasLoaded()) {
            page.waitForLoadState(LoadState.DOMCONTENTLOADED);
            if (login.done() == null && !isFormShown(page)) {
                return;
            }
        }
        Locators.await(
                page,
                settings.limits().answer(),
                () -> effects.isQuiet()
                        || Locators.isShown(page, login.done())
                        || Locators.isShown(page, login.failed()));
    }

    private Answer refused(Page page) {
        String text = login.failed() == null
                ? ""
                : Locators.on(page, login.failed()).first().innerText().strip();
        return new Answer(
                false, "it says '" + BrowserError.brief(Evidence.redacted(text, session.secrets(page))) + "'", null);
    }

    /** Returns whether the last filled-in fields are still there, or there again. */
    private boolean isFormShown(Page page) {
        return login.steps().stream()
                        .filter(step -> step.action() == PageSettings.Action.FILL)
                        .reduce((first, second) -> second)
                        .filter(step -> Locators.isShown(page, step.target()))
                        .isPresent()
                || session.isLoginShown(page);
    }

    /** Observes the effect of a press on a page that may answer without loading another page. */
    private static final class LoginEffects implements AutoCloseable {
        private static final Pattern ANSWERS = Pattern.compile("document|xhr|fetch");
        /** How long a page without pending requests must send none to count as quiet. */
        private static final Duration QUIET = Duration.ofMillis(500);

        private final Page page;
        private final Consumer<Frame> navigations = this::navigated;
        private final Consumer<Request> starts = this::started;
        private final Consumer<Response> responses = this::answered;
        private final Consumer<Request> ends = this::ended;
        private final Set<Request> pending = new HashSet<>();
        private long changedAt;
        private boolean isLoading;
        private boolean hasLoaded;
        private boolean isAnswered;

        LoginEffects(Page page) {
            this.page = page;
            page.onFrameNavigated(navigations);
            page.onRequest(starts);
            page.onResponse(responses);
            page.onRequestFinished(ends);
            page.onRequestFailed(ends);
        }

        /** Forgets all effects so far. */
        void begin() {
            pending.clear();
            changedAt = System.nanoTime();
            isLoading = false;
            hasLoaded = false;
            isAnswered = false;
        }

        /** A script may change the address without loading another document, which answers nothing. */
        private void navigated(Frame frame) {
            hasLoaded |= isLoading && frame.equals(page.mainFrame());
        }

        private void started(Request request) {
            if (ANSWERS.matcher(request.resourceType()).matches()) {
                changedAt = System.nanoTime();
                pending.add(request);
            }
        }

        private void answered(Response response) {
            Request request = response.request();
            isAnswered |= ANSWERS.matcher(request.resourceType()).matches();
            isLoading |= request.isNavigationRequest() && request.frame().equals(page.mainFrame());
        }

        private void ended(Request request) {
            changedAt = System.nanoTime();
            pending.remove(request);
        }

        /** Returns whether the press has loaded another document. */
        boolean hasLoaded() {
            return hasLoaded;
        }

        boolean isAnswered() {
            return isAnswered;
        }

        /** Returns whether everything that was requested since the press has arrived. */
        boolean isQuiet() {
            return pending.isEmpty() && System.nanoTime() - changedAt >= QUIET.toNanos();
        }

        @Override
        public void close() {
            page.offFrameNavigated(navigations);
            page.offRequest(starts);
            page.offResponse(responses);
            page.offRequestFinished(ends);
            page.offRequestFailed(ends);
        }
    }
}
