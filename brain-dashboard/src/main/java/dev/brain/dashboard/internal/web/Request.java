package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.brain.dashboard.access.Access.LogIn;
import dev.brain.dashboard.access.Principal;
import dev.brain.history.Actor;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that was decoded and, once a {@link Handler} has it, has passed all guards. Belongs to one thread. */
public final class Request {
    private static final String NOTICE = "brain-notice";
    private static final int LONGEST_NOTICE = 1_000;

    private final WebApplication application;
    private final Incoming incoming;
    private final Origin origin;
    private final List<String> path;
    private final Parameters query;
    private final Cookies cookies;
    private final Messages messages;
    private final String session;
    private final Optional<LogIn> logIn;

    private Optional<Principal> principal = Optional.empty();
    private Map<String, String> variables = Map.of();
    private Parameters form = Parameters.NONE;

    Request(WebApplication application, Incoming incoming, Origin origin) {
        this.application = application;
        this.incoming = incoming;
        this.origin = origin;
        this.cookies = new Cookies(incoming, origin.base() + "/", origin.secure());
        this.messages = Messages.of(cookies.get("brain-language"), incoming.header("Accept-Language"));
        this.session = cookies.get(sessionCookie())
                .filter(Sessions::isId)
                .orElseGet(() -> application.sessions().newId());
        this.logIn = application.sessions().find(session);
        this.path = PercentEncoding.segments(incoming.path());
        this.query = Parameters.parse(incoming.query());
    }

    // ---- for pages

    /** Returns what stands in the path at a variable of the route. */
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no variable " + name);
        }
        return value;
    }

    /**
     * Returns a variable of the route that is a whole number.
     *
     * @throws HttpException if it is none: then there is no such page
     */
    public long number(String name) {
        try {
            return Long.parseLong(variable(name));
        } catch (NumberFormatException e) {
            throw HttpException.notFound();
        }
    }

    /** Returns the parameters in the address: filter, order, page. */
    public Parameters query() {
        return query;
    }

    /** Returns the fields of the form that was sent; none unless this is an action. */
    public Parameters form() {
        return form;
    }

    /** Returns who sent the request. */
    public Principal principal() {
        return principal.orElseThrow();
    }

    /** Returns who sent the request, as the actor of a change. */
    public Actor actor() {
        return principal().actor();
    }

    public boolean mayOperate() {
        return application.mayOperate(principal);
    }

    public Messages messages() {
        return messages;
    }

    /** Returns the language of the viewer. */
    public Locale locale() {
        return messages.locale();
    }

    /** Returns the viewer's time zone. */
    public ZoneId zone() {
        return cookies.get("brain-zone")
                .flatMap(Request::zone)
                .orElse(application.options().zone());
    }

    private static Optional<ZoneId> zone(String text) {
        try {
            return Optional.of(ZoneId.of(PercentEncoding.decodeParameter(text)));
        } catch (DateTimeException | HttpException unknown) {
            return Optional.empty();
        }
    }

    /** Returns the link of a path. Each {@code {}} in it is replaced by a variable, encoded as one segment. */
    public String link(String pattern, Object... values) {
        StringBuilder link = new StringBuilder(origin.base());
        int from = 0;
        for (Object value : values) {
            int at = pattern.indexOf("{}", from);
            link.append(pattern, from, at).append(PercentEncoding.encodeSegment(value.toString()));
            from = at + 2;
        }
        return link.append(pattern.substring(from)).toString();
    }

    /** Returns a page made by a template, which gets the parameters {@code view} and {@code model}. */
    public Response page(String template, Object model) {
        return page(200, template, model);
    }

    /** Returns a redirect to a link of the dashboard, as every action should answer. */
    public Response redirect(String link) {
        return Response.redirect(link);
    }

    /** Returns a redirect to a page, which says once what the action did. */
    public Response redirect(String link, String key, Object... arguments) {
        String text = messages.text(key, arguments);
        String shown = text.length() > LONGEST_NOTICE ? text.substring(0, LONGEST_NOTICE) + "…" : text;
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(shown.getBytes(UTF_8));
        return redirect(link)
                .withCookie(cookies.of(
                        NOTICE, value + "." + application.sessions().sign(noticeOf(value)), Duration.ofMinutes(1)));
    }

    // ---- for this package

    Response page(int status, String template, Object model) {
        Optional<String> notice = notice();
        byte[] html = application.render(template, this, notice.orElse(null), model);
        Response response = Response.of(status, "text/html; charset=utf-8", html);
        return notice.isPresent() ? response.withCookie(cookies.deleted(NOTICE)) : response;
    }

    private Optional<String> notice() {
        return cookies.get(NOTICE).flatMap(cookie -> {
            int dot = cookie.indexOf('.');
            String value = dot < 0 ? "" : cookie.substring(0, dot);
            return dot >= 0
                            && Sessions.isEqual(
                                    cookie.substring(dot + 1),
                                    application.sessions().sign(noticeOf(value)))
                    ? Optional.of(new String(Base64.getUrlDecoder().decode(value), UTF_8))
                    : Optional.empty();
        });
    }

    private String noticeOf(String value) {
        return "notice:" + session + ":" + value;
    }

    Incoming incoming() {
        return incoming;
    }

    Origin origin() {
        return origin;
    }

    List<String> path() {
        return path;
    }

    Cookies cookies() {
        return cookies;
    }

    String session() {
        return session;
    }

    boolean isLoggedIn() {
        return logIn.isPresent();
    }

    Optional<LogIn> logIn() {
        return logIn;
    }

    Optional<Principal> knownPrincipal() {
        return principal;
    }

    void identified(Optional<Principal> principal) {
        this.principal = principal;
    }

    void matched(Map<String, String> variables) {
        this.variables = variables;
    }

    void sent(Parameters form) {
        this.form = form;
    }

    /** Cookies belong to a host, whatever the port; so two dashboards on a machine need two names. */
    String sessionCookie() {
        return "brain-session" + (origin.port().isEmpty() ? "" : "-" + origin.port());
    }

    Response withSession(Response response, String id) {
        return response.withCookie(cookies.of(sessionCookie(), id));
    }

    boolean hasSessionCookie() {
        return cookies.get(sessionCookie()).filter(session::equals).isPresent();
    }

    String csrf() {
        return application.tokenOf(session, principalName());
    }

    boolean isCsrf(@Nullable String token) {
        return token != null && Sessions.isEqual(token, csrf());
    }

    private String principalName() {
        return principal.map(Principal::name).orElse("");
    }

    String self(Parameters parameters) {
        Object[] segments = path.toArray();
        String[] gaps = new String[segments.length];
        Arrays.fill(gaps, "/{}");
        return link(segments.length == 0 ? "/" : String.join("", gaps), segments) + parameters;
    }
}
