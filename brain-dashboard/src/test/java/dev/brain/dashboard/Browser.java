package dev.brain.dashboard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without a screen, which keeps cookies and also sends what no browser sends. */
final class Browser {
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]*)\"");

    private final InetSocketAddress address;
    private final String prefix;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private String csrf = "";

    Browser(InetSocketAddress address) {
        this(address, "");
    }

    /** A browser that finds the dashboard below a path. */
    Browser(InetSocketAddress address, String prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /** An answer as it was sent. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, List<String> head, byte[] bytes) {
        String body() {
            return new String(bytes, UTF_8);
        }

        Optional<String> header(String name) {
            return headers(name).stream().findFirst();
        }

        List<String> headers(String name) {
            return head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }
    }

    String authority() {
        return "127.0.0.1:" + address.getPort();
    }

    String csrf() {
        return csrf;
    }

    Map<String, String> cookies() {
        return cookies;
    }

    Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /** Follows redirects, as a browser does. */
    Answer open(String path) {
        Answer answer = get(path);
        for (int i = 0; i < 5 && answer.status() == 303; i++) {
            answer = get(answer.header("Location").orElseThrow().substring(prefix.length()));
        }
        return answer;
    }

    /** Sends a form of the page that was loaded last. */
    Answer post(String path, String... fields) {
        List<String> all = new ArrayList<>(List.of("csrf", csrf));
        all.addAll(Arrays.asList(fields));
        return send("POST", path, form(all), "Origin: http://" + authority());
    }

    static String form(List<String> fields) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.size(); i += 2) {
            pairs.add(URLEncoder.encode(fields.get(i), UTF_8) + "=" + URLEncoder.encode(fields.get(i + 1), UTF_8));
        }
        return String.join("&", pairs);
    }

    Answer send(String method, String path, String body, String... headers) {
        List<String> lines = new ArrayList<>(List.of(method + " " + prefix + path + " HTTP/1.1", "Connection: close"));
        lines.addAll(Arrays.asList(headers));
        if (lines.stream().noneMatch(line -> line.startsWith("Host:"))) {
            lines.add("Host: " + authority());
        }
        if (!cookies.isEmpty()) {
            lines.add("Cookie: "
                    + cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        byte[] bytes = body.getBytes(UTF_8);
        if (method.equals("POST")) {
            lines.add("Content-Length: " + bytes.length);
            if (lines.stream().noneMatch(line -> line.startsWith("Content-Type:"))) {
                lines.add("Content-Type: application/x-www-form-urlencoded");
            }
        }
        Answer answer = exchange(address, String.join("\r\n", lines) + "\r\n\r\n", bytes, false);
        answer.headers("Set-Cookie").forEach(this::keep);
        Matcher token = CSRF.matcher(answer.body());
        if (token.find()) {
            csrf = token.group(1);
        }
        return answer;
    }

    private void keep(String cookie) {
        String[] pair = cookie.substring(0, cookie.indexOf(';')).split("=", 2);
        if (cookie.contains("Max-Age=0")) {
            cookies.remove(pair[0]);
        } else {
            cookies.put(pair[0], pair[1]);
        }
    }

    /**
     * Sends exactly these bytes and nothing after them, and returns what the server answers; status 0 if it just closes
     * the connection.
     */
    static Answer exchangeAll(InetSocketAddress address, String head, byte[] body) {
        return exchange(address, head, body, true);
    }

    private static Answer exchange(InetSocketAddress address, String head, byte[] body, boolean end) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            if (end) {
                socket.shutdownOutput();
            }
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer read(InputStream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            stream.transferTo(all);
        } catch (IOException reset) {
            // what arrived before counts
        }
        String text = all.toString(ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, List.of(), all.toByteArray());
        }
        List<String> head = List.of(text.substring(0, end).split("\r\n", -1));
        byte[] body = Arrays.copyOfRange(all.toByteArray(), end + 4, all.size());
        int status = Integer.parseInt(head.get(0).split(" ", -1)[1]);
        Answer answer = new Answer(status, head, body);
        return answer.header("Transfer-Encoding").isPresent() ? new Answer(status, head, unchunked(body)) : answer;
    }

    private static byte[] unchunked(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String text = new String(body, ISO_8859_1);
        int at = 0;
        while (at < text.length()) {
            int line = text.indexOf("\r\n", at);
            int length = Integer.parseInt(text.substring(at, line), 16);
            bytes.write(body, line + 2, length);
            at = line + 2 + length + 2;
            if (length == 0) {
                break;
            }
        }
        return bytes.toByteArray();
    }
}
