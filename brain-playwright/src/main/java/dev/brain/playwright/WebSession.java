package dev.brain.playwright;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.WaitForSelectorState;
import com.microsoft.playwright.options.WaitUntilState;
import dev.brain.claim.LoginException;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.site.Claimant;
import dev.brain.text.Folding;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one login that all lanes of some page settings share. Thread-safe: whoever needs one first logs in for all. */
final class WebSession {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);

    private final PageSettings settings;
    private final Environment environment;
    private final Vault vault;
    private SessionState state;
    private boolean verified;
    /** Whether the lists of this system show the user's name; null until one was seen. */
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
            Page page = lane.fresh(state, settings);
            String name = userName(page);
            if (isUser(name)) {
                LOG.info("the web session of {} is used further", settings.name());
                return accept(lane, name, state.generation());
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

    private SessionState login(Lane lane) {
        verified = false;
        vault.closed().ifPresent(reason -> {
            throw new LoginException("login at " + settings.base() + ": " + reason);
        });
        String account = credential(settings.accountVariable());
        String password = credential(settings.passwordVariable());
        Page page = lane.fresh(new SessionState(state.generation() + 1, null, null), settings);
        String refusal = attempt(page, account, password);
        String name = refusal == null ? userName(page) : "";
        if (refusal == null && !isUser(name)) {
            refusal = Folding.trim(name).isEmpty()
                    ? "no user's name stands at " + settings.user().name()
                    : "'" + name + "' stands where the user's name should";
        }
        if (refusal != null) {
            vault.failedNow();
            vault.forget();
            state = new SessionState(state.generation() + 1, null, null);
            throw new LoginException("login at " + settings.base() + " failed: " + refusal + "; check "
                    + settings.accountVariable() + " and " + settings.passwordVariable());
        }
        vault.succeeded();
        LOG.info("logged in at {}", settings.base());
        return accept(lane, name, state.generation() + 1);
    }

    private SessionState accept(Lane lane, String name, int generation) {
        String cookies = lane.context().storageState();
        vault.save(cookies);
        lane.adopt(generation);
        state = new SessionState(generation, cookies, Folding.trim(name));
        verified = true;
        return state;
    }

    /** Why the system didn't let us in; null if it seems to have. */
    // its successor waits for an address, and after a failed login that is the same
    @SuppressWarnings("deprecation")
    private @Nullable String attempt(Page page, String account, String password) {
        PageSettings.Login login = settings.login();
        open(page, login.address());
        fill(page, login.account(), account);
        fill(page, login.password(), password);
        if (login.remember() != null) {
            Finder.on(page, login.remember()).check();
        }
        Locator button = one(page, login.button());
        try {
            // the answer is a page of its own: where it leads to is what counts
            page.waitForNavigation(
                    new Page.WaitForNavigationOptions().setWaitUntil(WaitUntilState.DOMCONTENTLOADED), button::click);
            Locator told = Finder.any(page, login.done(), login.failed());
            if (login.done() != null && told != null) {
                told.first().waitFor();
            }
        } catch (PlaywrightException e) {
            // its log would tell what was typed
            throw new UnavailableException("login at " + settings.base() + ": there was no answer in time");
        }
        if (login.failed() != null && Finder.on(page, login.failed()).first().isVisible()) {
            String text = Finder.on(page, login.failed()).first().innerText().strip();
            return "it says '" + BrowserError.brief(Evidence.redacted(text, secrets(page))) + "'";
        }
        return isExpired(page, null) ? "it shows the login page again" : null;
    }

    private void fill(Page page, Place place, String value) {
        Locator field = one(page, place);
        try {
            field.fill(value);
        } catch (PlaywrightException e) {
            throw new UnavailableException("the login page's field " + place + " can't be filled");
        }
    }

    private static Locator one(Page page, Place place) {
        Locator found = Finder.on(page, place);
        try {
            found.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.VISIBLE));
        } catch (PlaywrightException e) {
            throw new PageException(place + " is not on the page " + path(page) + ", or not once");
        }
        return found;
    }

    private String credential(String variable) {
        return environment
                .get(variable)
                .orElseThrow(() -> new ConfigurationException(
                        "login at " + settings.base() + " needs an account: set " + variable));
    }

    /** What stands where the user's name does; empty if the place isn't there. */
    private String userName(Page page) {
        open(page, settings.user().address());
        Locator place = Finder.on(page, settings.user().name()).first();
        try {
            // a name that comes late is no failed login: those close the account
            place.waitFor(new Locator.WaitForOptions()
                    .setTimeout((double) settings.limits().answer().toMillis()));
            return Folding.trim(place.innerText());
        } catch (PlaywrightException e) {
            return "";
        }
    }

    /** To be told of a page that is a list for certain. */
    void sawList(Page page) {
        if (isNamed == null) {
            isNamed = isNamed(page);
        }
    }

    /** Whether a page may be one of the system's own: it shows the user's name, or the system's lists don't. */
    boolean isOfUser(Page page) {
        return Boolean.FALSE.equals(isNamed) || isNamed(page);
    }

    private boolean isNamed(Page page) {
        return Finder.on(page, settings.user().name()).allInnerTexts().stream().anyMatch(this::isUser);
    }

    private boolean isUser(String name) {
        String folded = Folding.fold(name);
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

    Response open(Page page, String address) {
        String url = settings.absolute(address);
        try {
            Response response =
                    page.navigate(url, new Page.NavigateOptions().setWaitUntil(WaitUntilState.DOMCONTENTLOADED));
            if (response == null) {
                throw new UnavailableException(url + " gave no answer");
            }
            if (response.status() >= 500) {
                throw new UnavailableException(url + " answered " + response.status());
            }
            return response;
        } catch (PlaywrightException e) {
            throw new UnavailableException(url + " can't be opened: " + BrowserError.message(e), e);
        }
    }

    /** Whether the page is what an expired session gets. */
    boolean isExpired(Page page, @Nullable Response response) {
        return (response != null && settings.expired().statuses().contains(response.status())) || isLogin(page.url());
    }

    boolean isLogin(String url) {
        String path = URI.create(settings.absolute(settings.expired().path())).getPath();
        return path.equals(pathOf(url));
    }

    static String path(Page page) {
        return pathOf(page.url());
    }

    /** Without the query, which may hold a token. */
    private static String pathOf(String url) {
        try {
            return String.valueOf(URI.create(url).getPath());
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** What must not be kept anywhere: the account, the values of all cookies, and those of the page's secret fields. */
    List<String> secrets(Page page) {
        List<String> secrets = new ArrayList<>();
        environment.get(settings.passwordVariable()).ifPresent(secrets::add);
        environment.get(settings.accountVariable()).ifPresent(secrets::add);
        page.context().cookies().forEach(cookie -> secrets.add(cookie.value));
        Object values = page.evaluate(
                "names => [...document.querySelectorAll('[name]')].filter(e => names.includes(e.getAttribute('name')))"
                        + ".map(e => String(e.value || e.getAttribute('content') || ''))",
                settings.secrets());
        if (values instanceof List<?> list) {
            list.forEach(value -> secrets.add(String.valueOf(value)));
        }
        return secrets;
    }
}
