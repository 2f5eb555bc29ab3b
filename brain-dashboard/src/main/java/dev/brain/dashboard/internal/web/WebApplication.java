package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.brain.dashboard.access.Access.LogIn;
import dev.brain.dashboard.access.Principal;
import dev.brain.dashboard.access.Principal.Role;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every request: checks it, finds its route, and turns what fails into an error page. Thread-safe. */
public final class WebApplication implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebApplication.class);
    private static final int LONGEST_ADDRESS = 8_000;
    private static final int LARGEST_FORM = 256 * 1024;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'",
            "Cache-Control",
            "no-store",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            // not no-referrer: browsers then send no Origin with forms
            "Referrer-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final WebOptions options;
    private final Router router = new Router();
    private final Templates templates = new Templates();
    private final StaticFiles files = new StaticFiles();
    private final Sessions sessions;
    private final LogInPage logInPage;
    private final LiveUpdates live;

    public WebApplication(WebOptions options) {
        this.options = options;
        this.sessions = new Sessions(options.clock());
        this.logInPage = new LogInPage(options, sessions);
        this.live = new LiveUpdates(options.clock());
        router.open("GET", "/static/{name}", files::get);
        router.open("GET", "/log-in", logInPage::show);
        router.open("POST", "/log-in", logInPage::logIn);
        router.personalAction("/log-out", logInPage::logOut);
        router.page("/events", live::subscribe);
    }

    /** Returns where routes are added. */
    public Router router() {
        return router;
    }

    public LiveUpdates live() {
        return live;
    }

    /** Returns the answer to a request. Throws nothing. */
    public Response handle(Incoming incoming) {
        Response response;
        try {
            Origin origin = Origin.of(incoming, options.behindProxy());
            if (!origin.isKnown(options.hosts())) {
                response = Response.plainText(
                        421,
                        "The dashboard does not answer to the name " + origin.host()
                                + ". Add it to the allowed hosts if it is this server's.\n");
            } else if (incoming.path().length() + length(incoming.query()) > LONGEST_ADDRESS) {
                response = Response.plainText(414, "The address is too long.\n");
            } else {
                response = handle(new Request(this, incoming, origin));
            }
        } catch (HttpException e) {
            response = Response.plainText(e.status(), e.text(new Messages(Locale.ENGLISH)) + "\n");
        } catch (RuntimeException e) {
            LOG.error("a request of the dashboard failed", e);
            response = Response.plainText(500, "The dashboard failed; its log says why.\n");
        }
        for (Map.Entry<String, String> header : HEADERS.entrySet()) {
            response = response.withDefault(header.getKey(), header.getValue());
        }
        return response;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private Response handle(Request request) {
        Response response;
        try {
            response = answer(request);
        } catch (HttpException e) {
            response = error(request, e.status(), e.text(request.messages()));
        } catch (UnavailableException e) {
            LOG.warn("a page of the dashboard failed: {}", e.getMessage());
            response = error(request, 503, request.messages().text("error.unavailable"));
        } catch (BrainException e) {
            LOG.warn("a page of the dashboard failed: {}", e.getMessage());
            // its message is written for operators
            response = request.knownPrincipal().isPresent()
                    ? error(request, 409, String.valueOf(e.getMessage()))
                    : error(request, 500, request.messages().text("error.internal"));
        } catch (RuntimeException e) {
            LOG.error("the page {} of the dashboard failed", request.self(Parameters.NONE), e);
            response = error(request, 500, request.messages().text("error.internal"));
        }
        return isPage(response) && !request.hasSessionCookie()
                ? request.withSession(response, request.session())
                : response;
    }

    /** Returns whether forms may be in it, which belong to a session. */
    private static boolean isPage(Response response) {
        return response.headers().getOrDefault("Content-Type", "").startsWith("text/html");
    }

    private Response answer(Request request) {
        Incoming incoming = request.incoming();
        if (!METHODS.contains(incoming.method())) {
            throw new HttpException(405, "badRequest");
        }
        Router.Match match = router.match(incoming.method(), request.path());
        request.matched(match.variables());
        request.identified(request.logIn()
                .map(LogIn::principal)
                .or(() -> options.access().identify(incoming))
                .or(() -> match.route().machine() ? logInPage.basic(incoming) : Optional.empty()));
        Role role = match.route().role();
        if (role != null && request.knownPrincipal().isEmpty()) {
            return unknown(request, match.route());
        }
        if (incoming.method().equals("POST")) {
            guard(request);
        }
        if (role == Role.OPERATOR && !request.mayOperate()) {
            throw new HttpException(403, options.operating() ? "notOperator" : "readOnly");
        }
        Optional<String> language = request.query().text("lang").filter(Messages.LANGUAGES::contains);
        if (language.isPresent()) {
            return request.redirect(request.self(request.query().without("lang")))
                    .withCookie(
                            request.cookies().of("brain-language", language.get(), Sessions.LONGEST.multipliedBy(365)));
        }
        return match.route().handler().handle(request);
    }

    private Response unknown(Request request, Router.Route route) {
        if (!options.access().hasLogIn()) {
            throw new HttpException(403, "unknown");
        }
        if (route.machine()) {
            return Response.plainText(401, "").withHeader("WWW-Authenticate", "Basic realm=\"Brain\"");
        }
        if (request.incoming().header("HX-Request").isPresent()) {
            // a part of a page that is open since the session ended; the whole page has to be loaded
            return Response.plainText(401, "").withHeader("HX-Refresh", "true");
        }
        Parameters next = Parameters.NONE.with("next", request.incoming().path() + request.query());
        boolean isPage = !request.incoming().method().equals("POST");
        return request.redirect(request.link("/log-in") + (isPage ? next : Parameters.NONE));
    }

    /** Lets only those forms pass that a page of this dashboard has made for this session. */
    private static void guard(Request request) {
        Incoming incoming = request.incoming();
        if (!request.origin().isSourceOf(incoming)) {
            throw new HttpException(403, "foreignOrigin");
        }
        String type = incoming.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.replaceFirst(";.*", "").strip().equals("application/x-www-form-urlencoded")) {
            throw new HttpException(415, "badRequest");
        }
        request.sent(Parameters.parse(body(incoming)));
        if (!request.isCsrf(request.form().text("csrf").orElse(null))) {
            throw new HttpException(403, "outdated");
        }
    }

    private static String body(Incoming incoming) {
        try {
            byte[] bytes = incoming.readBody(LARGEST_FORM + 1);
            if (bytes.length > LARGEST_FORM) {
                throw new HttpException(413, "tooLarge");
            }
            return new String(bytes, UTF_8);
        } catch (IOException gone) {
            throw HttpException.badRequest();
        }
    }

    private Response error(Request request, int status, String text) {
        return request.page(status, "error", new ErrorPage(status, text));
    }

    byte[] render(String template, Request request, @Nullable String notice, Object model) {
        return templates.render(template, new View(request, files, notice), model);
    }

    boolean mayOperate(Optional<Principal> principal) {
        return options.operating()
                && principal.filter(user -> user.role() == Role.OPERATOR).isPresent();
    }

    /** Returns the token that the forms of a session must send; a log-in or another name makes it another. */
    public String tokenOf(String session, String principalName) {
        return sessions.sign("csrf:" + session + ":" + principalName);
    }

    WebOptions options() {
        return options;
    }

    Sessions sessions() {
        return sessions;
    }

    @Override
    public void close() {
        live.close();
    }
}
