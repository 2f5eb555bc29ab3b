package dev.brain.dashboard.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** Style, scripts and icon. Only these names are served. */
final class StaticFiles {
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> NAMES = List.of("dashboard.css", "dashboard.js", "htmx.min.js", "icon.svg");

    private final Map<String, StaticFile> files = new HashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record StaticFile(String type, String version, byte[] bytes) {}

    StaticFiles() {
        for (String name : NAMES) {
            byte[] bytes = read(name);
            CRC32 sum = new CRC32();
            sum.update(bytes);
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
            files.put(name, new StaticFile(type, Long.toHexString(sum.getValue()), bytes));
        }
    }

    private static byte[] read(String name) {
        try (InputStream stream = StaticFiles.class.getResourceAsStream("static/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("the jar of the dashboard lacks " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the path of a file, with its version, so that browsers may keep it. */
    String path(String name) {
        return "/static/" + name + "?v=" + file(name).version();
    }

    Response get(Request request) {
        StaticFile file = file(request.variable("name"));
        boolean current =
                request.query().text("v").filter(file.version()::equals).isPresent();
        return Response.of(200, file.type(), file.bytes())
                .withHeader("Cache-Control", current ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private StaticFile file(String name) {
        StaticFile file = files.get(name);
        if (file == null) {
            throw HttpException.notFound();
        }
        return file;
    }
}
