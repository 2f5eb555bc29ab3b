package dev.brain.examples.intranet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.brain.error.BrainException;
import dev.brain.examples.intranet.IntranetSessions.Session;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The intranet's server, on loopback at a port of its own. The setters cause the faults that real intranets have.
 * Thread-safe.
 */
public final class Intranet implements AutoCloseable {
    /** What all paths start with. */
    public static final String ROOT = "/public";

    private static final String LIST = "/servicio/recursos/telematicos";

    private final HttpServer server;
    private final ExecutorService threads;
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2, Intranet::daemon);
    private final IntranetCases cases;
    private final List<IntranetUser> users;
    private final IntranetSessions sessions = new IntranetSessions();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger assignments = new AtomicInteger();
    private final AtomicInteger styles = new AtomicInteger();

    private volatile Duration latency = Duration.ZERO;
    private volatile Duration lag = Duration.ZERO;
    private volatile String buttonName = "Asignarme";
    private volatile boolean lying;
    private volatile boolean stale;
    private volatile boolean telling;
    private volatile LongConsumer beforeAssignment = id -> {};
    private volatile Runnable beforeList = () -> {};

    private Intranet(HttpServer server, IntranetCases cases, List<IntranetUser> users) {
        this.server = server;
        this.cases = cases;
        this.users = List.copyOf(users);
        this.threads = Executors.newCachedThreadPool(Intranet::daemon);
    }

    /** Starts one over the cases of a demo world's file. */
    public static Intranet start(Path cases, List<IntranetUser> users) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            Intranet intranet = new Intranet(server, new IntranetCases(cases), users);
            server.setExecutor(intranet.threads);
            server.createContext("/", intranet::handle);
            server.start();
            return intranet;
        } catch (IOException e) {
            throw new BrainException("the demo intranet can't start: " + e.getMessage(), e);
        }
    }

    /** Returns the start of all its addresses. */
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + ROOT;
    }

    /** Sets the delay of each answer. */
    public void latency(Duration latency) {
        this.latency = latency;
    }

    /** Sets the time until an assignment shows in the system of record. */
    public void lag(Duration lag) {
        this.lag = lag;
    }

    /** Renames the button. */
    public void buttonName(String name) {
        this.buttonName = name;
    }

    /** Sets whether it claims to have assigned a case without doing so. */
    public void lying(boolean lying) {
        this.lying = lying;
    }

    /** Refuses the next assignment because of its token. */
    public void staleOnce() {
        this.stale = true;
    }

    /** Sets what is called with the id of a case before it is assigned. */
    public void beforeAssignment(LongConsumer listener) {
        this.beforeAssignment = listener;
    }

    /** Sets what runs before each answer with a list. */
    public void beforeList(Runnable listener) {
        this.beforeList = listener;
    }

    /** Sets whether lists show their token as text, in a field and in the message, as debugging aids do. */
    public void telling(boolean telling) {
        this.telling = telling;
    }

    /** Sets what is called with each cookie and token that is issued, so that a test can look for leaks. */
    public void secrets(Consumer<String> listener) {
        sessions.secrets(listener);
    }

    /** Ends everybody's session. */
    public void expireSessions() {
        sessions.clear();
    }

    /** Tries to log in so far, failed ones too. */
    public int logins() {
        return logins.get();
    }

    /** Assignments that were asked for so far. */
    public int assignments() {
        return assignments.get();
    }

    /** Times that the style sheet was asked for so far: a browser context does so once, and keeps it. */
    public int styles() {
        return styles.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        later.shutdownNow();
        cases.close();
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Duration wait = latency;
        if (wait.isZero()) {
            answer(exchange, body);
        } else {
            after(wait, () -> threads.execute(() -> answer(exchange, body)));
        }
    }

    private void answer(HttpExchange exchange, byte[] body) {
        try (exchange) {
            route(exchange, Http.fields(new String(body, StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException e) {
            // the browser went away, or the server is being closed: there is nobody to tell
        }
    }

    private void route(HttpExchange exchange, Map<String, String> form) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (path.equals(ROOT + "/estilo.css")) {
            styles.incrementAndGet();
            exchange.getResponseHeaders().set("Cache-Control", "max-age=3600");
            Http.send(exchange, 200, "text/css", resource("estilo.css"));
            return;
        }
        if (!path.startsWith(ROOT)) {
            Http.redirect(exchange, ROOT + "/home");
            return;
        }
        Session session = sessions.of(exchange);
        String page = path.substring(ROOT.length());
        if (method.equals("POST")) {
            if (stale && page.startsWith(LIST)) {
                stale = false;
                sessions.renewToken(session);
            }
            if (!session.token.equals(form.get("_token"))) {
                Http.html(exchange, 419, IntranetPages.expired());
                return;
            }
        }
        if (page.equals("/login")) {
            login(exchange, session, method, form);
            return;
        }
        IntranetUser user = session.user;
        if (page.equals("/home") && user == null) {
            Http.html(exchange, 200, IntranetPages.welcome(session.token));
            return;
        }
        if (user == null) {
            Http.redirect(exchange, ROOT + "/login");
            return;
        }
        switch (page) {
            case "/home" ->
                Http.html(
                        exchange,
                        200,
                        IntranetPages.home(
                                session.token,
                                user,
                                cases.count(0, null),
                                cases.count(1, user.displayName()),
                                cases.count(2, user.displayName())));
            case "/logout" -> {
                session.user = null;
                Http.redirect(exchange, ROOT + "/home");
            }
            case LIST -> {
                beforeList.run();
                list(exchange, session, user);
            }
            case LIST + "/AsignarA" -> assign(exchange, session, user, form);
            case LIST + "/Asignado" ->
                change(exchange, session, cases.giveBack(id(form), user.displayName()), "El recurso se ha liberado.");
            case LIST + "/Completado" ->
                change(exchange, session, cases.complete(id(form), user.displayName()), "El recurso se ha completado.");
            default -> Http.html(exchange, 404, IntranetPages.missing());
        }
    }

    private void login(HttpExchange exchange, Session session, String method, Map<String, String> form)
            throws IOException {
        if (!method.equals("POST")) {
            if (session.user != null) {
                Http.redirect(exchange, ROOT + "/home");
            } else {
                Http.html(exchange, 200, IntranetPages.login(session.token, "", null));
            }
            return;
        }
        logins.incrementAndGet();
        String email = form.getOrDefault("email", "");
        IntranetUser user = users.stream()
                .filter(known -> known.email().equalsIgnoreCase(email)
                        && known.password().equals(form.get("password")))
                .findFirst()
                .orElse(null);
        if (user == null) {
            Http.html(
                    exchange,
                    200,
                    IntranetPages.login(
                            session.token, email, "Estas credenciales no coinciden con nuestros registros."));
            return;
        }
        sessions.start(exchange, user);
        Http.redirect(exchange, ROOT + "/home");
    }

    private void list(HttpExchange exchange, Session session, IntranetUser user) throws IOException {
        Map<String, String> query =
                Http.fields(Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""));
        String body = query.getOrDefault("Organisme", "");
        String reference = query.getOrDefault("Expedient", "").strip();
        String state = query.getOrDefault("Estado", "");
        int wanted = state.matches("[012]") ? Integer.parseInt(state) : 0;
        String flash = session.flash;
        session.flash = null;
        String page = IntranetPages.list(
                session.token,
                user,
                cases.list(body, reference, wanted),
                body,
                reference,
                wanted,
                telling && flash != null ? flash + " " + session.token : flash,
                session.flashGood,
                buttonName);
        Http.html(exchange, 200, telling ? IntranetPages.telling(page, session.token) : page);
    }

    /** Answers alike whether or not it worked: only the system of record tells. */
    private void assign(HttpExchange exchange, Session session, IntranetUser user, Map<String, String> form)
            throws IOException {
        long id = id(form);
        assignments.incrementAndGet();
        beforeAssignment.accept(id);
        if (!lying) {
            Duration wait = lag;
            if (wait.isZero()) {
                cases.assign(id, user.displayName());
            } else {
                after(wait, () -> cases.assign(id, user.displayName()));
            }
        }
        change(exchange, session, true, "El recurso se ha asignado a " + user.displayName() + ".");
    }

    private static void change(HttpExchange exchange, Session session, boolean good, String message)
            throws IOException {
        session.flash = good ? message : "No se ha podido: el recurso no es suyo.";
        session.flashGood = good;
        Http.redirect(exchange, ROOT + LIST);
    }

    private static long id(Map<String, String> form) {
        String id = form.getOrDefault("id", "");
        return id.matches("\\d{1,18}") ? Long.parseLong(id) : -1;
    }

    // ---- HTTP ------------------------------------------------------------------------------------------------------

    private static byte[] resource(String name) throws IOException {
        try (@Nullable InputStream in = Intranet.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what it throws concerns a request whose answer nobody gets
    private void after(Duration wait, Runnable work) {
        later.schedule(work, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "intranet");
        thread.setDaemon(true);
        return thread;
    }
}
