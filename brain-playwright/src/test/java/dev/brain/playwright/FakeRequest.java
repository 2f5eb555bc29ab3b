package dev.brain.playwright;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.HttpCookie;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request to a fake intranet, with the answers that most of them get. */
final class FakeRequest {
    private final HttpExchange exchange;
    private final FakeIntranet intranet;
    private final byte[] body;

    FakeRequest(HttpExchange exchange, FakeIntranet intranet) throws IOException {
        this.exchange = exchange;
        this.intranet = intranet;
        this.body = exchange.getRequestBody().readAllBytes();
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String path() {
        return exchange.getRequestURI().getPath();
    }

    String rawQuery() {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null ? "" : query;
    }

    byte[] body() {
        return body;
    }

    @Nullable
    String requestHeader(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /** The last value of a parameter of the address. */
    @Nullable
    String query(String name) {
        return last(rawQuery(), name);
    }

    /** The last value of a field of the form that was sent. */
    @Nullable
    String field(String name) {
        return last(new String(body, StandardCharsets.UTF_8), name);
    }

    private static @Nullable String last(String encoded, String name) {
        List<String> values = values(encoded).getOrDefault(name, List.of());
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    /** All fields of the form that was sent, in order. */
    Map<String, List<String>> fields() {
        return values(new String(body, StandardCharsets.UTF_8));
    }

    private static Map<String, List<String>> values(String encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                values.computeIfAbsent(decoded(parts[0]), name -> new java.util.ArrayList<>())
                        .add(parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return values;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The session's id; empty without one. */
    String session() {
        String cookies = requestHeader("Cookie");
        if (cookies != null) {
            for (String cookie : cookies.split(";", -1)) {
                HttpCookie parsed = HttpCookie.parse(cookie.strip()).get(0);
                if (parsed.getName().equals("sid")) {
                    return parsed.getValue();
                }
            }
        }
        return "";
    }

    /** Who is logged in; null if nobody is. */
    @Nullable
    String user() {
        return intranet.userOf(this);
    }

    /** Adds a header to the answer; before it is sent. */
    void header(String name, String value) {
        exchange.getResponseHeaders().add(name, value);
    }

    void send(int status, String type, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        header("Content-Type", type);
        header("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    void json(String content) throws IOException {
        send(200, "application/json", content);
    }

    void html(int status, String content) throws IOException {
        send(status, "text/html; charset=UTF-8", content);
    }

    /** A whole page with the user's name, if somebody is logged in. */
    void page(String content) throws IOException {
        page(200, content);
    }

    void page(int status, String content) throws IOException {
        String user = user();
        html(
                status,
                "<!DOCTYPE html><html lang=en><head><title>Intranet</title><link rel=icon href=data:,></head><body>"
                        + (user == null ? "" : "<span id=user>" + user + "</span>") + content + "</body></html>");
    }

    void redirect(String address) throws IOException {
        header("Location", address);
        exchange.sendResponseHeaders(302, -1);
    }

    /** Ends the connection without an answer. */
    void hangUp() {
        exchange.close();
    }
}
