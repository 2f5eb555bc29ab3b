package dev.brain.playwright;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A small intranet on loopback over a SQLite system of record. It has a login at {@code /login}, the user's name at {@code
 * /home}, a list at {@code /list?q=} and a form for each free case that posts to {@code /assign}. A test overrides what its
 * intranet does differently. Requests run on threads of their own.
 */
class FakeIntranet implements AutoCloseable {
    static final String ACCOUNT = "bot";
    static final String PASSWORD = "invented-secret-1";
    /** The name that pages show of whoever is logged in. */
    static final String USER = "BOT";

    /** Session ids and the user of each. */
    final Map<String, String> sessions = new ConcurrentHashMap<>();
    /** What the next list of a session shows once. */
    final Map<String, String> flash = new ConcurrentHashMap<>();
    /** Whatever a request failed with that should not fail. */
    final List<Throwable> failures = new CopyOnWriteArrayList<>();

    final List<FakeRequest> requests = new CopyOnWriteArrayList<>();

    private final List<Press> presses = new CopyOnWriteArrayList<>();
    private final Path file;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private @Nullable HttpServer server;

    FakeIntranet(Path folder) {
        this.file = folder.resolve("cases.db");
        update(
                "CREATE TABLE work (id INTEGER PRIMARY KEY, ref TEXT, subject TEXT, state TEXT DEFAULT 'free', holder TEXT)");
    }

    /** A case as the system of record has it. */
    record Case(
            long id,
            String reference,
            String subject,
            boolean isFree,
            @Nullable String holder) {}

    /** A case that somebody pressed for; whether it became theirs. */
    record Press(long id, String user, boolean isDone) {}

    final void start() {
        try {
            HttpServer started = server();
            started.setExecutor(threads);
            started.createContext("/", this::handle);
            started.start();
            server = started;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The server to run; for a test that needs TLS, an HTTPS one. */
    HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    }

    String scheme() {
        return "http";
    }

    final String address() {
        return scheme() + "://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            FakeRequest request = new FakeRequest(exchange, this);
            requests.add(request);
            answer(request);
        } catch (IOException e) {
            // the browser left before it had its answer
            throw e;
        } catch (Exception | Error e) {
            failures.add(e);
            throw new IOException(e);
        }
    }

    /** Answers a request; what a test overrides. */
    void answer(FakeRequest request) throws Exception {
        if (request.path().equals("/favicon.ico")) {
            request.send(404, "text/plain", "");
        } else if (request.path().equals("/login")) {
            login(request);
        } else if (request.user() == null) {
            noSession(request);
        } else if (request.path().equals("/home")) {
            request.page("<h1>Welcome</h1>");
        } else if (request.path().equals("/list")) {
            list(request);
        } else if (request.path().equals("/assign") && request.method().equals("POST")) {
            assigned(request);
        } else {
            other(request);
        }
    }

    void other(FakeRequest request) throws Exception {
        request.page(404, "<h1>Not found</h1>");
    }

    void login(FakeRequest request) throws Exception {
        if (!request.method().equals("POST")) {
            loginForm(request, "");
        } else if (isAccount(request)) {
            request.header("Set-Cookie", "sid=" + newSession() + "; Path=/; HttpOnly");
            request.redirect("/home");
        } else {
            loginForm(request, "<p class=bad>These are not your details.</p>");
        }
    }

    /** Whose a request is; null if nobody is logged in. */
    @Nullable
    String userOf(FakeRequest request) {
        return sessions.get(request.session());
    }

    final boolean isAccount(FakeRequest request) {
        return ACCOUNT.equals(request.field("account")) && PASSWORD.equals(request.field("password"));
    }

    /** A session of the one user; its id. */
    final String newSession() {
        String id = UUID.randomUUID().toString();
        sessions.put(id, USER);
        return id;
    }

    void loginForm(FakeRequest request, String message) throws Exception {
        request.page(message + "<form method=post action=/login><input name=account><input name=password type=password>"
                + "<button>Enter</button></form>");
    }

    void noSession(FakeRequest request) throws Exception {
        request.redirect("/login");
    }

    void list(FakeRequest request) throws Exception {
        String message = flash.remove(request.session());
        request.page((message == null ? "" : message) + table(request));
    }

    /** The table of the cases whose number contains what was asked for. */
    String table(FakeRequest request) {
        StringBuilder rows = new StringBuilder();
        cases(request.query("q")).forEach(found -> rows.append(row(found)));
        return "<table id=cases><tbody>" + rows + "</tbody></table>";
    }

    String row(Case found) {
        return "<tr id='" + found.id() + "'><td class=ref>" + found.reference() + "</td><td class=who>"
                + (found.holder() == null ? "" : found.holder()) + "</td><td>" + (found.isFree() ? button(found) : "")
                + "</td></tr>";
    }

    /** What a free case's row has for taking it. */
    String button(Case found) {
        return "<form method=post action=/assign><input type=hidden name=id value='" + found.id()
                + "'><button>Assign to me</button></form>";
    }

    void assigned(FakeRequest request) throws Exception {
        boolean done = assign(Long.parseLong(request.field("id")), request.user());
        flash.put(request.session(), done ? "<p class=ok>Assigned.</p>" : "<p class=bad>Too late.</p>");
        request.redirect("/list");
    }

    /** Records a press, and makes the case the user's if it is free. */
    boolean assign(long id, String user) {
        boolean done = take(id, user);
        presses.add(new Press(id, user, done));
        return done;
    }

    /** Makes a case somebody's if it is free. */
    final boolean take(long id, String holder) {
        return update("UPDATE work SET state = 'taken', holder = ? WHERE id = ? AND state = 'free'", holder, id) == 1;
    }

    /** All presses so far, in order. */
    final List<Press> presses() {
        return List.copyOf(presses);
    }

    /** The ids of the cases that were pressed for, in order. */
    final List<Long> pressed() {
        return presses.stream().map(Press::id).toList();
    }

    final long count(String method, String path) {
        return requests.stream()
                .filter(request ->
                        request.method().equals(method) && request.path().equals(path))
                .count();
    }

    final void add(long id, String reference) {
        update("INSERT INTO work (id, ref, subject) VALUES (?, ?, ?)", id, reference, "Case " + id);
    }

    /** Cases 101, 102, … with the numbers 1/2026, 2/2026, …. */
    final FakeIntranet cases(int count) {
        for (int i = 1; i <= count; i++) {
            add(100 + i, i + "/2026");
        }
        return this;
    }

    final List<Case> cases(@Nullable String part) {
        List<Case> cases = new ArrayList<>();
        try (Connection connection = connection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT id, ref, subject, state, holder FROM work WHERE ref LIKE ? ORDER BY id")) {
            statement.setString(1, "%" + (part == null ? "" : part) + "%");
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    cases.add(new Case(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            "free".equals(rows.getString(4)),
                            rows.getString(5)));
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return cases;
    }

    /** Who holds each case that isn't free. */
    final Map<Long, String> holders() {
        Map<Long, String> holders = new java.util.TreeMap<>();
        cases("").stream().filter(found -> !found.isFree()).forEach(found -> holders.put(found.id(), found.holder()));
        return holders;
    }

    final int update(String sql, @Nullable Object... values) {
        try (Connection connection = connection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=60000");
    }

    final String url() {
        return "jdbc:sqlite:" + file;
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
        threads.shutdownNow();
    }
}
