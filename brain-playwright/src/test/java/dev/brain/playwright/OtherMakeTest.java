package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.brain.playwright.Office.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A system of a quite different make, claimed by a page file alone: other markup, another language, no dialog, but a form
 * over the whole page with check boxes and a menu of actions, in a list that a script fills later.
 */
class OtherMakeTest {
    private static final String PAGES = """
            {
              "name": "fines-desk",
              "account": {"name": "DESK_USER", "password": "DESK_PASSWORD"},
              "login": {"address": "/", "account": {"label": "User name"}, "password": {"label": "Pass phrase"},
                        "button": {"role": "button", "name": "Sign in"}, "failed": {"testId": "problem"},
                        "done": {"role": "heading", "name": "Queue"}},
              "user": {"address": "/queue", "name": {"testId": "me"}, "not": ["guest"]},
              "expired": {"path": "/", "status": [403]},
              "claim": {
                "address": "/queue?find={reference}",
                "row": {"role": "listitem"},
                "number": {"css": "b:visible"},
                "id": {"css": "input", "attribute": "value"},
                "press": [
                  {"check": {"role": "checkbox"}, "in": "row"},
                  {"choose": {"label": "With the ticked ones"}, "option": "Take them"},
                  {"click": {"role": "button", "name": "Go"}}
                ],
                "answer": {"won": {"text": "taken by you"}, "lost": {"text": "somebody else has"}}
              }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    @Tag("slow")
    void itIsClaimedByConfigurationAlone() throws IOException {
        Files.createDirectories(folder.resolve("pages"));
        Files.writeString(folder.resolve("pages").resolve("fines-desk.json"), PAGES);
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(threads);
        try (Office office = new Office(folder).cases("DESK", 4)) {
            office.add(9, "10001/2026", "DESK OF OTHERS");
            office.take(9, "nobody yet");
            server.createContext("/", exchange -> answer(exchange, office));
            server.start();
            Outcome outcome = office.set("DESK_USER", "robot")
                    .set("DESK_PASSWORD", Office.PASSWORD)
                    .run(office.site("desk", "DESK").toBuilder()
                            .setting("pages", "fines-desk")
                            .setting(
                                    "web",
                                    Map.of(
                                            "base",
                                            "http://127.0.0.1:"
                                                    + server.getAddress().getPort()))
                            .build());

            assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
            assertThat(outcome.report().enqueued()).isEqualTo(4);
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private static void answer(HttpExchange exchange, Office office) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean in = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"))
                    .contains("desk=in");
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/enter")) {
                boolean right = body.contains("u=robot") && body.contains(Office.PASSWORD);
                if (right) {
                    exchange.getResponseHeaders().set("Set-Cookie", "desk=in; Path=/");
                }
                to(exchange, right ? "/queue" : "/");
            } else if (!in && !path.equals("/")) {
                to(exchange, "/");
            } else if (path.equals("/do")) {
                String id = body.replaceAll(".*pick=(\\d+).*", "$1");
                if (body.contains("action=take")) {
                    office.update(
                            "UPDATE RecursosExp SET Estado = 1, UsuarioAsignado = ? WHERE Estado = 0 AND idRecurso = ?",
                            Office.ROBOT,
                            id);
                }
                page(exchange, "<p role=note>The case was taken by you.</p>");
            } else if (path.equals("/queue")) {
                page(
                        exchange,
                        "<h1>Queue</h1><form method=post action=/do><ul></ul><label for=a>With the ticked ones"
                                + "</label><select id=a name=action><option value=x>Print them<option value=take>Take them"
                                + "</select><button>Go</button></form><script>fetch('/items' + location.search)"
                                + ".then(r => r.text()).then(t => document.querySelector('ul').innerHTML = t)</script>");
            } else if (path.equals("/items")) {
                String find = URLDecoder.decode(
                        String.valueOf(exchange.getRequestURI().getRawQuery()).replaceAll(".*find=", ""),
                        StandardCharsets.UTF_8);
                StringBuilder items = new StringBuilder();
                for (int i = 1; i <= 4; i++) {
                    String number = String.format("%04d/2026", i);
                    if (number.contains(find) || find.equals("null")) {
                        items.append("<li><input type=checkbox name=pick value=")
                                .append(1000 + i)
                                .append("><b>")
                                .append(number)
                                .append("</b></li>");
                    }
                }
                page(exchange, items.toString());
            } else {
                page(
                        exchange,
                        "<form method=post action=/enter><label>User name <input name=u></label>"
                                + "<label>Pass phrase <input type=password name=p></label><button>Sign in</button></form>");
            }
        }
    }

    private static void to(HttpExchange exchange, String path) throws IOException {
        exchange.getResponseHeaders().set("Location", path);
        exchange.sendResponseHeaders(303, -1);
    }

    private static void page(HttpExchange exchange, String content) throws IOException {
        byte[] bytes = ("<!DOCTYPE html><html lang=en><link rel=icon href=data:,><div data-testid=me>" + Office.ROBOT
                        + "</div>" + content)
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=UTF-8");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
