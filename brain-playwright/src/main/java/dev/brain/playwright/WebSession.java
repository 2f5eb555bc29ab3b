package dev.brain.playwright;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.WaitUntilState;
import dev.brain.claim.LoginException;
import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
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

/** The login that all lanes of the same page settings share. Thread-safe: the first lane that needs it logs in for all. */
final class WebSession {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);

    private final PageSettings settings;
    private final Environment environment;
    private final Vault vault;
    private SessionState state;
    private boolean verified;
    /** Whether the lists of this system show the user's name; null until a list was seen. */
    private volatile @Nullable Boolean isNamed;

    WebSession(PageSettings settings, Environment environment, Vault vault) {
        this.settings = settings;
        this.environment = environment;
        this.vault = vault;
        this.state = new SessionState(0, vault.load(), null);
    }

    synchronized SessionState state() {
        return state;
    }

    /** The session, once it is known whose it is; logs in on this lane if need be. */
    synchronized SessionState verified(Lane lane) {
        if (verified) {
            return state;
        }
        if (state.state() != null) {
            if (settings.basic() != null) {
                // opening any page logs in
                checkOpen();
            }
            UserPage shown = userPage(lane.fresh(state, settings));
            if (isUser(shown.name())) {
                LOG.info("the web session of {} is used further", settings.name());
                return accept(lane, String.valueOf(shown.name()), state.generation());
            }
        }
        return login(lane);
    }

    /**
     * A session newer than the lane's own, which was refused: the first lane that asks logs in, the others get what it got.
     */
    synchronized SessionState renewed(Lane lane) {
        if (verified && state.generation() > lane.generation()) {
            return state;
        }
        LOG.info("the web session of {} has expired", settings.name());
        return login(lane);
    }

    private void checkOpen() {
        vault.closed().ifPresent(reason -> {
            throw new LoginException("login at " + settings.base() + ": " + reason);
        });
    }

    private SessionState login(Lane lane) {
        verified = false;
        checkOpen();
        WebLogin login = new WebLogin(this, settings, environment);
        int generation = state.generation() + 1;
        Page page = lane.fresh(new SessionState(generation, null, null), settings);
        WebLogin.Answer answer = login.attempt(page);
        UserPage shown = answer.refusal() == null ? userPage(page) : null;
        if (shown != null
                && isUser(shown.name())
                && (answer.isDone() || settings.login().done() == null)) {
            vault.succeeded();
            LOG.info("logged in at {}", settings.base());
            return accept(lane, String.valueOf(shown.name()), generation);
        }
        vault.forget();
        state = new SessionState(generation, null, null);
        throw failure(lane, answer, shown);
    }

    /** Returns the exception for a login without a session. It counts as failed unless something shows that it worked. */
    private BrainException failure(Lane lane, WebLogin.Answer answer, @Nullable UserPage shown) {
        String login = "login at " + settings.base();
        String account = settings.accountVariable() + " and " + settings.passwordVariable();
        if (answer.refusal() != null) {
            vault.failedNow();
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
        if (answer.isDone() || isInside(lane, shown)) {
            vault.succeeded();
            return shown == null || shown.name() == null || isUser(shown.name())
                    ? new PageException(login + " worked, but " + reason)
                    : new LoginException(login + " worked, but " + reason + "; check the account in a browser");
        }
        vault.failedNow();
        return new LoginException(login + " failed: " + reason + "; check " + account
                + ", and login.done and user.name in the page file");
    }

    private static boolean isBlank(UserPage shown) {
        return shown.name() == null || Folding.trim(shown.name()).isEmpty();
    }

    /** Returns whether a login worked although the user's page shows no user: without a session, the page differs. */
    private boolean isInside(Lane lane, @Nullable UserPage shown) {
        if (shown == null || shown.isLogin()) {
            return false;
        }
        if (!isBlank(shown)) {
            return isUser(shown.name());
        }
        UserPage outside = userPage(lane.fresh(new SessionState(state.generation(), null, null), settings));
        return outside.isLogin() || !isBlank(outside);
    }

    private SessionState accept(Lane lane, String name, int generation) {
        String cookies = SessionState.read(lane.shown());
        vault.save(cookies);
        lane.adopt(generation);
        state = new SessionState(generation, cookies, Folding.trim(name));
        verified = true;
        return state;
    }

    /**
     * The contents of the user's page.
     *
     * @param name the text in the place of the user's name; null if the place is absent
     * @param isLogin whether the page asks for a login
     */
    private record UserPage(@Nullable String name, boolean isLogin, String path) {}

    private UserPage userPage(Page page) {
        @Nullable Response response = open(page, settings.user().address());
        Place place = settings.user().name();
        // a name that appears late must not count as a failed login, which blocks the account
        Finder.await(
                page, settings.limits().answer(), () -> Finder.isShown(page, place) || isLoginPage(page, response));
        if (!Finder.isShown(page, place) && !isExpired(page, response)) {
            // a page may show the fields of the login until it has asked who is logged in
            settle(page);
        }
        boolean isShown = Finder.isShown(page, place);
        return new UserPage(
                isShown ? Folding.trim(Finder.on(page, place).first().innerText()) : null,
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
                || Finder.isShown(page, settings.expired().place())
                || isLoginShown(page);
    }

    /** Returns whether a page shows the fields of the login. */
    boolean isLoginShown(Page page) {
        List<Place> fields = settings.login().fields();
        return !fields.isEmpty() && fields.stream().allMatch(field -> Finder.isShown(page, field));
    }

    /**
     * Returns whether the session has ended, judging by a page that should show something else. If that page does not
     * decide it, the user's page is opened, and stays open.
     */
    boolean isOver(Page page) {
        if (isLoginPage(page, null)) {
            return true;
        }
        Place place = settings.user().name();
        return !isUser(
                Finder.isShown(page, place)
                        ? Finder.on(page, place).first().innerText()
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
        return Finder.on(page, settings.user().name()).allInnerTexts().stream().anyMatch(this::isUser);
    }

    private boolean isUser(@Nullable String name) {
        String folded = Folding.fold(name == null ? "" : name);
        return !folded.isEmpty()
                && settings.user().not().stream().map(Folding::fold).noneMatch(folded::equals);
    }

    /** Whom claims are made for; must be the expected one, if a site expects somebody. */
    Claimant claimant(Lane lane, @Nullable Claimant expected) {
        String name = String.valueOf(verified(lane).userName());
        if (expected != null && !expected.matches(name)) {
            throw new LoginException("logged in at " + settings.base() + " as '" + name + "', but the site expects '"
                    + expected.name() + "'; correct the account or the site's bot_username");
        }
        return new Claimant(name);
    }

    /** Returns how the browser reaches the server. Fetches the server's certificate if a private authority is named. */
    Access access() {
        if (!settings.tls().isVerified()) {
            LOG.warn(
                    "the pages {} are opened without checking the certificate of {}", settings.name(), settings.base());
        }
        return Access.of(
                settings, environment, Path.of(environment.get("BRAIN_HOME").orElse(".")));
    }

    /** Opens an address. Returns null if no request was sent. */
    @Nullable
    Response open(Page page, String address) {
        String url = settings.absolute(address);
        try {
            if (url.contains("#") && page.url().split("#", 2)[0].equals(url.split("#", 2)[0])) {
                // another fragment loads nothing, and the previous rows would stay
                page.navigate("about:blank");
            }
            @Nullable
            Response response =
                    page.navigate(url, new Page.NavigateOptions().setWaitUntil(WaitUntilState.DOMCONTENTLOADED));
            if (response != null) {
                check(url, response);
            }
            return response;
        } catch (PlaywrightException e) {
            if (String.valueOf(e.getMessage()).contains("net::ERR_INVALID_AUTH_CREDENTIALS")) {
                throw gated(url);
            }
            throw new UnavailableException(
                    url + " could not be opened: " + BrowserError.message(e) + advice(e), BrowserError.cause(e));
        }
    }

    private void check(String url, Response response) {
        if (response.status() >= 500) {
            throw new UnavailableException(url + " answered " + response.status());
        }
        String asked = response.headerValue("www-authenticate");
        if (response.status() == 401 && asked != null && asked.matches("(?is)(basic|digest|ntlm|negotiate)\\b.*")) {
            throw gated(url);
        }
    }

    /** Returns the exception for a server that requires authentication before any page. */
    private BrainException gated(String url) {
        PageSettings.Basic basic = settings.basic();
        if (basic == null) {
            return new ConfigurationException(url + " requires HTTP authentication before any page is shown: name the"
                    + " variables of its account in the page file, \"basic\": {\"name\": …, \"password\": …}");
        }
        vault.failedNow();
        return new LoginException(url + " refuses the account for HTTP authentication; check "
                + (basic.isVariable() ? basic.name() + " and " + basic.password() : "the one in base"));
    }

    private static String advice(PlaywrightException e) {
        return String.valueOf(e.getMessage()).contains("net::ERR_CERT_AUTHORITY_INVALID")
                ? "; name the file of the authority that signed its certificate: \"tls\": {\"authority\": …}"
                : "";
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
