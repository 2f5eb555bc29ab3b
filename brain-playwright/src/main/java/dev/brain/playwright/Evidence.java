package dev.brain.playwright;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Tracing;
import dev.brain.config.FileAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a page showed when a claim failed: a screenshot and its text, without secrets. Thread-safe. */
final class Evidence {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final JsonMapper JSON = new JsonMapper();
    private static final String MARK = "data-brain-secret";

    private final Path folder;
    private final Clock clock;
    private final FileAccess access;
    private final AtomicInteger number = new AtomicInteger();

    Evidence(Path folder, Clock clock, FileAccess access) {
        this.folder = folder;
        this.clock = clock;
        this.access = access;
    }

    /** The folder of what was kept; null if nothing could be. Never throws: it tells of a failure, it must not be one. */
    @Nullable
    String keep(Page page, String siteId, String what, String reason, List<String> secrets) {
        try {
            Path kept = folder.resolve(siteId)
                    .resolve(TIME.format(clock.instant()) + "-" + what.replaceAll("[^A-Za-z0-9_-]", "_") + "-"
                            + number.incrementAndGet());
            access.createFolder(kept);
            String text = reason + "\n" + WebSession.path(page) + "\n\n"
                    + page.locator("body").innerText();
            Files.writeString(access.createFile(kept.resolve("page.txt")), redacted(text, secrets));
            List<Locator> masked = telling(page, secrets);
            masked.add(page.locator("input[type=password]"));
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(access.createFile(kept.resolve("page.png")))
                    .setMask(masked));
            return kept.toString();
        } catch (IOException | PlaywrightException e) {
            LOG.warn("no evidence of a failure at site {} could be kept: {}", siteId, WebSession.brief(e.getMessage()));
            return null;
        }
    }

    /** What of a page shows a secret, as a text or in a field. */
    private static List<Locator> telling(Page page, List<String> secrets) {
        List<String> telling = secrets.stream().filter(Evidence::isTelling).toList();
        List<Locator> places = new ArrayList<>();
        for (Frame frame : page.frames()) {
            frame.locator("input, textarea")
                    .evaluateAll(
                            "(fields, secrets) => fields.forEach(field => field.toggleAttribute('" + MARK
                                    + "', secrets.some(secret => field.value.includes(secret))))",
                            telling);
            places.add(frame.locator("[" + MARK + "]"));
            telling.forEach(secret -> places.add(frame.getByText(secret)));
        }
        return places;
    }

    /** Shorter ones are found in anything. */
    private static boolean isTelling(String secret) {
        return secret.length() > 3;
    }

    /**
     * Ends a trace, and keeps of it what was done and how it looked, without the traffic, which holds cookies and tokens;
     * and without how it looked, if the page showed one.
     *
     * @param secrets asked for when the trace has ended, or it would hold them
     */
    void trace(Tracing tracing, Page page, String siteId, String what, Supplier<List<String>> secrets) {
        try {
            Path site = access.createFolder(folder.resolve(siteId));
            Path whole = Files.createTempFile("brain-trace", ".zip");
            try {
                tracing.stop(new Tracing.StopOptions().setPath(whole));
                List<String> values = secrets.get();
                boolean pictures = telling(page, values).stream()
                        .noneMatch(place -> place.first().isVisible());
                Path kept = site.resolve(TIME.format(clock.instant()) + "-" + what.replaceAll("[^A-Za-z0-9_-]", "_")
                        + "-" + number.incrementAndGet() + "-trace.zip");
                try (ZipInputStream in = new ZipInputStream(Files.newInputStream(whole));
                        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(access.createFile(kept)))) {
                    for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                        if (pictures || !entry.getName().endsWith(".jpeg")) {
                            copy(entry.getName(), in.readAllBytes(), values, out);
                        }
                    }
                }
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (IOException | PlaywrightException e) {
            LOG.warn("no trace of site {} could be kept: {}", siteId, WebSession.brief(e.getMessage()));
        }
    }

    private static void copy(String name, byte[] content, List<String> secrets, ZipOutputStream out)
            throws IOException {
        byte[] kept = content;
        if (name.endsWith(".network")) {
            // the viewer wants one
            kept = new byte[0];
        } else if (name.endsWith(".trace")) {
            // calls stand there with what they were given: a secret as JSON, or as JSON within a selector
            List<String> written = secrets.stream()
                    .flatMap(secret -> Stream.of(secret, quoted(secret), quoted(quoted(secret))))
                    .distinct()
                    .toList();
            kept = redacted(withoutSession(new String(content, StandardCharsets.UTF_8)), written)
                    .getBytes(StandardCharsets.UTF_8);
        } else if (!name.endsWith(".jpeg")) {
            return;
        }
        out.putNextEntry(new ZipEntry(name));
        out.write(kept);
        out.closeEntry();
    }

    /** Without the session that the context began with, and of each call only that it was made: some ask for cookies. */
    private static String withoutSession(String trace) throws IOException {
        StringBuilder kept = new StringBuilder();
        for (String line : trace.lines().toList()) {
            JsonNode event = JSON.readTree(line);
            if (event instanceof ObjectNode call) {
                call.remove("result");
                if (call.get("options") instanceof ObjectNode options) {
                    options.remove("storageState");
                }
            }
            kept.append(event).append('\n');
        }
        return kept.toString();
    }

    static String redacted(String text, List<String> secrets) {
        String clean = text;
        // the longest first: one may be a part of another
        for (String secret : secrets.stream()
                .filter(Evidence::isTelling)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            clean = clean.replace(secret, "***");
        }
        return clean;
    }

    private static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    /** Deletes what is older. */
    void prune(Duration age) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Instant oldest = clock.instant().minus(age);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                boolean old = Files.getLastModifiedTime(path).toInstant().isBefore(oldest);
                if (!path.equals(folder) && (Files.isDirectory(path) ? isEmpty(path) : old)) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            LOG.warn("old evidence in {} can't be deleted: {}", folder, e.toString());
        }
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }
}
