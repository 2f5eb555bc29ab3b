package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The files of evidence: pages of other systems, screenshots, traces. They may contain anything, so a browser never
 * interprets them: images are shown as images, text as plain text, and everything else is downloaded.
 */
final class EvidencePage {
    private static final Map<String, String> TYPES = Map.of(
            "png", "image/png",
            "jpg", "image/jpeg",
            "jpeg", "image/jpeg",
            "webp", "image/webp",
            "txt", "text/plain; charset=utf-8",
            "log", "text/plain; charset=utf-8",
            "json", "text/plain; charset=utf-8",
            "html", "text/plain; charset=utf-8");

    private final Path folder;

    EvidencePage(Path folder) {
        this.folder = folder;
    }

    void addTo(Router router) {
        router.page("/evidence", this::get);
    }

    /**
     * Returns the file of evidence whose path the store has; empty if it is not, or no longer, in the folder. Links that
     * lead out of the folder are followed first.
     */
    static Optional<Path> find(Path folder, String evidence) {
        try {
            Path root = folder.toRealPath();
            Path given = folder.toAbsolutePath().normalize();
            Path path = Path.of(evidence);
            // Whoever stored it may have had another working folder.
            for (Path candidate : List.of(path, folder.resolve(path))) {
                Path named = candidate.toAbsolutePath().normalize();
                // compared before anything is opened: on Windows, a path may name another machine
                if ((named.startsWith(root) || named.startsWith(given))
                        && Files.isRegularFile(candidate)
                        && candidate.toRealPath().startsWith(root)) {
                    return Optional.of(candidate.toRealPath());
                }
            }
        } catch (IOException | InvalidPathException notThere) {
            // told the same way
        }
        return Optional.empty();
    }

    private Response get(Request request) {
        Path file =
                request.query().text("path").flatMap(path -> find(folder, path)).orElseThrow(HttpException::notFound);
        String name = String.valueOf(file.getFileName());
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        Response response = Response.file(file, type == null ? "application/octet-stream" : type)
                .withHeader("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
        return type != null
                ? response
                : response.withHeader(
                        "Content-Disposition",
                        "attachment; filename=\"" + name.replaceAll("[^A-Za-z0-9._-]", "_") + "\"");
    }
}
