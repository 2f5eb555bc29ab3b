package dev.brain.playwright;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.LoadState;
import dev.brain.claim.LoginException;
import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.site.Claimant;
import dev.brain.text.Folding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The login that all workers of the same page settings share. Thread-safe: the first worker that needs it logs in for
 * all.
 */
final class WebSession {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);

    private final PageSettings settings;
    private final Environment environment;
    private final SessionStore store;
    private final PageOpener opener;
    private SessionState state;
    private boolean verified;
    /** Whether the lists of this system show the user's name; null until a list was seen. */
    private volatile @Nullable Boolean isNamed;

    WebSession(PageSettings settings, Environment environment, SessionStore store) {
        this.settings = settings;
        this.environment = environment;
        this.store = store;
        this.opener = new PageOpener(settings, store);
        this.state = new SessionState(0, store.load(), null);
    }

    synchronized SessionState state() {
        return state;
    }

    /** Returns the processes that press in this session. */
    SessionUsers users() {
        return store.users();
    }

    /** Returns a session whose user is known. Logs in on this worker if necessary. */
    synchronized SessionState verified(BrowserWorker worker) {
        if (verified) {
            return state;
        }
        if (state.state() != null) {
            if (settings.basic() != null) {
                // opening any page logs in
                checkOpen();
            }
            UserPage shown = userPage(worker.fresh(state, settings));
            if (isUser(shown.name())) {
                LOG.info("the web session of {} is used further", settings.name());
                return accept(worker, String.valueOf(shown.name()), state.generation());
            }
        }
        return login(worker);
    }

    /**
     * Returns a newer session than that of a worker whose session was refused. The first worker that asks logs in for all.
     */
    synchronized SessionState renewed(BrowserWorker worker) {
        if (verified && state.generation() > worker.generation()) {
            return state;
        }
        LOG.info("the web session of {} has expired", settings.name());
        return login(worker);
    }

    private void checkOpen() {
        store.closed().ifPresent(reason -> {
            throw new LoginException("login at " + settings.base() + ": " + reason);
        });
    }

    private SessionState login(BrowserWorker worker) {
        verified = false;
        checkOpen();
        WebLogin login = new WebLogin(this, settings, environment);
        int generation = state.generation() + 1;
        Page page = worker.fresh(new SessionState(generation, null, null), settings);
        WebLogin.Answer answer = login.attempt(page);
        UserPage shown = answer.refusal() == null ? userPage(page) : null;
        if (shown != null
                && isUser(shown.name())
                && (answer.isDone() || settings.login().done() == null)) {
            store.succeeded();
            LOG.info("logged in at {}", settings.base());
            return accept(worker, String.valueOf(shown.name()), generation);
        }
        store.forget();
        state = new SessionState(generation, null, null);
        throw failure(worker, answer, shown);
    }

    /** Returns the exception for a login without a session. It counts as failed unless something shows that it worked. */
    private BrainException failure(BrowserWorker worker, WebLogin.Answer answer, @Nullable UserPage shown) {
        String login = "login at " + settings.base();
        String account = settings.accountVariable() + " and " + settings.passwordVariable();
        if (answer.refusal() != null) {
            store.failedNow();
            return new LoginException(login + " failed: " + answer.refusal() + "; check " + account);
        }
        String reason;
        if (shown == null || isUser(shown.name()) || (shown.isLogin() && answer.doubt() != null)) {
            reason = String.valueOf(answer.doubt());
        } else if (shown.isLogin()) {
            reason = "the user's page asks for a login again";
        } else if (isBlank(shown)) {
            reason = "there is no user's name at " + settings.user().name() + " on the page " + shown.path();
        } else {
            reason = "'" + shown.name() + "' is shown in place of the user's name";
        }
        if (answer.isDone() || isInside(worker, shown)) {
            store.succeeded();
            return shown == null || shown.name() == null || isUser(shown.name())
                    ? new PageException(login + " worked, but " + reason)
                    : new LoginException(login + " worked, but " + reason + "; check the account in a browser");
        }
        store.failedNow();
        return new LoginException(login + " failed: " + reason + "; check " + account
                + ", and login.done and user.name in the page file");
    }

    private static boolean isBlank(UserPage shown) {
        return shown.name() == null || Folding.trim(shown.name()).isEmpty();
    }

    /** Returns whether a login worked although the user's page shows no user: without a session, the page differs. */
    private boolean isInside(BrowserWorker worker, @Nullable UserPage shown) {
        if (shown == null || shown.isLogin()) {
            return false;
        }
        if (!isBlank(shown)) {
            return isUser(shown.name());
        }
        UserPage outside = userPage(worker.fresh(new SessionState(state.generation(), null, null), settings));
        return outside.isLogin() || !isBlank(outside);
    }

    private SessionState accept(BrowserWorker worker, String name, int generation) {
        String cookies = SessionState.read(worker.shown());
        store.save(cookies);
        worker.adopt(generation);
        state = new SessionState(generation, cookies, Folding.trim(name));
        verified = true;
        return state;
    }

    /**
     * The contents of the user's page.
     *
     * @param name the text in the element of the user's name; null if the element is absent
     * @param isLogin whether the page asks for a login
     */
    private record UserPage(@Nullable String name, boolean isLogin, String path) {}

    private UserPage userPage(Page page) {
        @Nullable Response response = open(page, settings.user().address());
        ElementLocator locator = settings.user().name();
        // a name that appears late must not count as a failed login, which blocks the account
        Locators.await(
                page, settings.limits().answer(), () -> Locators.isShown(page, locator) || isLoginPage(page, response));
        if (!Locators.isShown(page, locator) && !isExpired(page, response)) {
            // a page may show the fields of the login until it has asked who is logged in
            settle(page);
        }
        boolean isShown = Locators.isShown(page, locator);
        return new UserPage(
                isShown ? Folding.trim(Locators.on(page, locator).first().innerText()) : null,
                !isShown && isLoginPage(page, response),
                path(page));
    }

    private void settle(Page page) {
        try {
            page.waitForLoadState(LoadState.NETWORKIDLE, new Page.WaitForLoadStateOptions().setTimeout((double)
                            settings.limits().answer().toMillis()));
        } catch (TimeoutError e) {
            // it sends requests all the time
        }
    }

    /** Returns whether a page asks for a login, by its address, its status or its contents. */
    boolean isLoginPage(Page page, @Nullable Response response) {
        return isExpired(page, response)
                || Locators.isShown(page, settings.expired().locator())
                || isLoginShown(page);
    }

    /** Returns whether a page shows the fields of the login. */
    boolean isLoginShown(Page page) {
        List<ElementLocator> fields = settings.login().fields();
        return !fields.isEmpty() && fields.stream().allMatch(field -> Locators.isShown(page, field));
    }

    /**
     * Returns whether the session has ended, judging by a page that should show something else. If that page does not
     * decide it, the user's page is opened, and stays open.
     */
    boolean isOver(Page page) {
        if (isLoginPage(page, null)) {
            return true;
        }
        ElementLocator locator = settings.user().name();
        return !isUser(
                Locators.isShown(page, locator)
                        ? Locators.on(page, locator).first().innerText()
                        : userPage(page).name());
    }

    /** Returns whether a list was seen. */
    boolean knowsLists() {
        return isNamed != null;
    }

    /** Must be called with a page that is certainly a list. */
    void sawList(Page page) {
        if (isNamed == null) {
            isNamed = isNamed(page);
        }
    }

    /** Returns whether a page may belong to the system: it shows the user's name, or the system's lists do not. */
    boolean isOfUser(Page page) {
        return Boolean.FALSE.equals(isNamed) || isNamed(page);
    }

    private boolean isNamed(Page page) {
        return Locators.on(page, settings.user().name()).allInnerTexts().stream()
                .anyMatch(this::isUser);
    }

    private boolean isUser(@Nullable String name) {
        String folded = Folding.fold(name == null ? "" : name);
        return !folded.isEmpty()
                && settings.user().not().stream().map(Folding::fold).noneMatch(folded::equals);
    }

    /** Returns the claimant, which must be the expected one if a site expects one. */
    Claimant claimant(BrowserWorker worker, @Nullable Claimant expected) {
        String name = String.valueOf(verified(worker).userName());
        if (expected != null && !expected.matches(name)) {
            throw new LoginException("logged in at " + settings.base() + " as '" + name + "', but the site expects '"
                    + expected.name() + "'; correct the account or the site's bot_username");
        }
        return new Claimant(name);
    }

    /** Returns how the browser reaches the server. Fetches the server's certificate if a private authority is named. */
    ServerAccess access() {
        if (!settings.tls().isVerified()) {
            LOG.warn(
                    "the pages {} are opened without checking the certificate of {}", settings.name(), settings.base());
        }
        return ServerAccess.of(
                settings, environment, Path.of(environment.get("BRAIN_HOME").orElse(".")));
    }

    /** Opens an address. Returns null if no request was sent. */
    @Nullable
    Response open(Page page, String address) {
        return opener.open(page, address);
    }

    /** Opens a list. Its status is for the caller to judge. Returns null if no request was sent. */
    @Nullable
    Response openList(Page page, String address) {
        return opener.openWithAnyStatus(page, address);
    }

    /** Returns whether the page is that of an expired session, by its address and status. */
    boolean isExpired(Page page, @Nullable Response response) {
        return (response != null && settings.expired().statuses().contains(response.status())) || isLogin(page.url());
    }

    /** Returns whether an address is that of the login, and matches no other page of the page file more specifically. */
    boolean isLogin(String url) {
        PageAddress shown = PageAddress.of(url);
        PageSettings.Press release = settings.release();
        int other = Stream.of(
                        settings.user().address(),
                        settings.claim().address(),
                        release == null ? settings.claim().address() : release.address())
                .mapToInt(address -> fits(address, shown))
                .max()
                .orElse(0);
        return fits(settings.expired().path(), shown) > other;
    }

    private int fits(String address, PageAddress shown) {
        PageAddress known = PageAddress.of(settings.absolute(address));
        return (known.isOn(settings.base()) ? known.withoutHost() : known).fits(shown);
    }

    static String path(Page page) {
        return PageAddress.of(page.url()).shown();
    }

    /** Returns the values that must not be stored: the account, all cookies, and the page's secret fields. */
    List<String> secrets(Page page) {
        List<String> secrets = new ArrayList<>();
        environment.get(settings.passwordVariable()).ifPresent(secrets::add);
        environment.get(settings.accountVariable()).ifPresent(secrets::add);
        if (settings.basic() != null) {
            secrets.add(
                    settings.basic().isVariable()
                            ? environment.get(settings.basic().password()).orElse("")
                            : settings.basic().password());
        }
        page.context().cookies().forEach(cookie -> secrets.add(cookie.value));
        Object values = PageScript.ask(page, "secrets", Map.of("names", settings.secrets()));
        if (values instanceof List<?> list) {
            list.forEach(value -> secrets.add(String.valueOf(value)));
        }
        return secrets;
    }
}
