package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.brain.dashboard.access.Access;
import dev.brain.dashboard.access.Access.LogIn;
import dev.brain.dashboard.access.Principal;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The page where people log in, and the action that logs them out. */
public final class LogInPage {
    private static final int LONGEST = 200;
    private static final String BASIC = "Basic ";

    private final Access access;
    private final boolean behindProxy;
    private final Sessions sessions;
    private final LogInThrottle throttle;
    /** Checking a password takes a processor for a good part of a second. */
    private final Semaphore checks = new Semaphore(2);

    /**
     * What the page shows.
     *
     * @param next the path to go to afterwards
     * @param error why the last attempt failed; empty if there was none
     */
    public record Model(String next, String name, String error) {}

    LogInPage(WebOptions options, Sessions sessions) {
        this.access = options.access();
        this.behindProxy = options.behindProxy();
        this.sessions = sessions;
        this.throttle = new LogInThrottle(options.clock());
    }

    Response show(Request request) {
        if (!access.hasLogIn()) {
            throw HttpException.notFound();
        }
        return request.page("log-in", new Model(next(request.query()), "", ""));
    }

    Response logIn(Request request) {
        if (!access.hasLogIn()) {
            throw HttpException.notFound();
        }
        String name = request.form().text("name").orElse("");
        String password = String.join("", request.form().all("password"));
        Model again = new Model(next(request.form()), name, request.messages().text("logIn.wrong"));
        Optional<LogIn> logIn = check(name, password, request.incoming());
        if (logIn.isEmpty()) {
            return request.page(403, "log-in", again);
        }
        sessions.end(request.session());
        String link = request.origin().base() + again.next();
        return request.withSession(request.redirect(link), sessions.begin(logIn.get()));
    }

    /**
     * Checks a name and a password unless too many were wrong.
     *
     * @throws HttpException if it is too early for another attempt
     */
    Optional<LogIn> check(String name, String password, Incoming incoming) {
        if (name.length() > LONGEST || password.length() > LONGEST) {
            return Optional.empty();
        }
        String address = Origin.client(incoming, behindProxy);
        if (!throttle.begin(name, address)) {
            throw new HttpException(429, "tooManyAttempts");
        }
        checks.acquireUninterruptibly();
        try {
            Optional<LogIn> logIn = access.logIn(name, password);
            logIn.ifPresent(ok -> throttle.succeeded(name, address));
            return logIn;
        } finally {
            checks.release();
        }
    }

    /** Returns who sent a request with name and password in its header (HTTP Basic). */
    Optional<Principal> basic(Incoming incoming) {
        Optional<String> credentials = incoming.header("Authorization")
                .filter(header -> header.regionMatches(true, 0, BASIC, 0, BASIC.length()))
                .flatMap(header -> decoded(header.substring(BASIC.length()).strip()));
        return credentials.filter(text -> text.contains(":")).flatMap(text -> {
            int colon = text.indexOf(':');
            return check(text.substring(0, colon), text.substring(colon + 1), incoming)
                    .map(LogIn::principal);
        });
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), UTF_8));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    Response logOut(Request request) {
        sessions.end(request.session());
        return request.withSession(request.redirect(request.link("/log-in")), sessions.newId());
    }

    /** Returns a path of the dashboard: a redirect never leads to another site. */
    private static String next(Parameters parameters) {
        return parameters
                .text("next")
                .filter(next -> next.matches("/|/[A-Za-z0-9_~.%-][\\x21-\\x5B\\x5D-\\x7E]*"))
                .orElse("/");
    }
}
