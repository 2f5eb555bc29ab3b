package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answer to a request. */
public record Response(int status, Map<String, String> headers, List<String> cookies, Body body) {
    public Response {
        headers = Map.copyOf(headers);
        cookies = List.copyOf(cookies);
    }

    /** What is sent after the headers. */
    public sealed interface Body {}

    /** All of the body. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Bytes(byte[] bytes) implements Body {}

    /** A file, which is sent piece by piece. */
    public record FileContent(Path path, long size) implements Body {
        private static final int PIECE = 64 * 1024;

        /** Writes as many bytes as the size says, even if the file has grown since. */
        public void writeTo(OutputStream stream) throws IOException {
            try (InputStream file = Files.newInputStream(path)) {
                byte[] piece = new byte[PIECE];
                long left = size;
                while (left > 0) {
                    int length = file.read(piece, 0, (int) Math.min(PIECE, left));
                    if (length < 0) {
                        throw new IOException("the file became shorter");
                    }
                    stream.write(piece, 0, length);
                    left -= length;
                }
            }
        }
    }

    /** A stream of events, which stays open after the request was handled. */
    public record EventStream(Subscription subscription) implements Body {}

    /** Gets the stream once the headers are sent. */
    @FunctionalInterface
    public interface Subscription {
        /**
         * Takes the stream over.
         *
         * @param onClose called once when nothing more will be written
         */
        void begin(OutputStream stream, Runnable onClose);
    }

    static Response of(int status, String contentType, byte[] bytes) {
        return new Response(status, Map.of("Content-Type", contentType), List.of(), new Bytes(bytes));
    }

    /** Returns JSON with a status. */
    public static Response json(int status, Object json) {
        return of(status, "application/json", json.toString().getBytes(UTF_8));
    }

    public static Response plainText(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    /**
     * Returns a file.
     *
     * @throws HttpException if it is not there
     */
    public static Response file(Path path, String contentType) {
        try {
            return new Response(
                    200, Map.of("Content-Type", contentType), List.of(), new FileContent(path, Files.size(path)));
        } catch (IOException e) {
            throw HttpException.notFound();
        }
    }

    static Response redirect(String location) {
        return new Response(303, Map.of("Location", location), List.of(), new Bytes(new byte[0]));
    }

    public Response withHeader(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return new Response(status, changed, cookies, body);
    }

    /** Returns this answer with a header unless it has it. */
    Response withDefault(String name, String value) {
        return headers.containsKey(name) ? this : withHeader(name, value);
    }

    Response withBody(Body other) {
        return new Response(status, headers, cookies, other);
    }

    Response withCookie(String cookie) {
        List<String> changed = new ArrayList<>(cookies);
        changed.add(cookie);
        return new Response(status, headers, changed, body);
    }
}
