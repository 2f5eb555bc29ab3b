package dev.brain.playwright;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.WaitUntilState;
import dev.brain.claim.LoginException;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens addresses, and reports why a server shows no page. */
final class PageOpener {
    /** How long the browser may take to report why it shows no page. */
    private static final Duration REPORT = Duration.ofSeconds(1);

    private static final int SERVER_ERROR = 500;

    private final PageSettings settings;
    private final SessionStore store;

    PageOpener(PageSettings settings, SessionStore store) {
        this.settings = settings;
        this.store = store;
    }

    /**
     * Opens an address. Returns null if no request was sent.
     *
     * @throws UnavailableException if the server shows no page
     * @throws ConfigurationException if the server requires an account that the page file doesn't name
     */
    @Nullable
    Response open(Page page, String address) {
        @Nullable Response response = openWithAnyStatus(page, address);
        if (response != null && response.status() >= SERVER_ERROR) {
            throw new UnavailableException(settings.absolute(address) + " answered " + response.status());
        }
        return response;
    }

    /** Does what {@link #open} does, but also returns a response that reports an error of the server. */
    @Nullable
    Response openWithAnyStatus(Page page, String address) {
        String url = settings.absolute(address);
        try (Failure failure = new Failure(page)) {
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
            } catch (TimeoutError e) {
                throw notOpened(url, "", e);
            } catch (PlaywrightException e) {
                throw notOpened(url, failure.code(), e);
            }
        }
    }

    private BrainException notOpened(String url, String code, PlaywrightException e) {
        if (code.equals("net::ERR_INVALID_AUTH_CREDENTIALS")) {
            return gated(url);
        }
        String message = url + " could not be opened: " + BrowserError.message(e);
        if (code.equals("net::ERR_CERT_AUTHORITY_INVALID")) {
            message += "; name the file of the authority that signed its certificate: \"tls\": {\"authority\": …}";
        }
        return code.startsWith("net::ERR_CERT_")
                ? new CertificateRefusedException(message, BrowserError.cause(e))
                : new UnavailableException(message, BrowserError.cause(e));
    }

    private void check(String url, Response response) {
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
        store.failedNow();
        return new LoginException(url + " refuses the account for HTTP authentication; check "
                + (basic.isVariable() ? basic.name() + " and " + basic.password() : "the one in base"));
    }

    /** The failure of a page's own request, by the browser's code for it. */
    private static final class Failure implements AutoCloseable {
        private final Page page;
        private final Consumer<Request> failures = this::failed;
        private String code = "";

        Failure(Page page) {
            this.page = page;
            page.onRequestFailed(failures);
        }

        private void failed(Request request) {
            if (request.isNavigationRequest() && request.frame().equals(page.mainFrame())) {
                code = request.failure();
            }
        }

        /** Returns the code, which may arrive after the call that it made fail; empty if there is none. */
        String code() {
            try {
                page.waitForCondition(() -> !code.isEmpty(), new Page.WaitForConditionOptions().setTimeout((double)
                                REPORT.toMillis()));
            } catch (PlaywrightException e) {
                // it failed without a request
            }
            return code;
        }

        @Override
        public void close() {
            page.offRequestFailed(failures);
        }
    }
}
