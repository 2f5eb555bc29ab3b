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
import dev.brain.internal.file.FileAccess;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores what a page showed when a claim failed: a screenshot and the text, without secrets. Thread-safe. */
final class Evidence {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final JsonMapper JSON = new JsonMapper();
    /** The time limit for a page that doesn't answer. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final String MARK = "data-brain-secret";

    private final Path folder;
    private final Clock clock;
    private final FileAccess access;
    private final AtomicInteger number = new AtomicInteger();
    /** Answers to presses that are still to be read back, by site and resource. */
    private final Map<String, String> remembered = new ConcurrentHashMap<>();
    /** The resources that were pressed for together last, by site. */
    private final Map<String, Set<String>> batches = new ConcurrentHashMap<>();

    Evidence(Path folder, Clock clock, FileAccess access) {
        this.folder = folder;
        this.clock = clock;
        this.access = access;
    }

    /**
     * Stores what a page shows. Returns the folder, or null if nothing could be stored. Never throws, because it is
     * part of the handling of another failure.
     */
    @Nullable
    String keep(Page page, String siteId, String what, String reason, List<String> secrets) {
        return kept(siteId, what, kept -> {
            Files.writeString(access.createFile(kept.resolve("page.txt")), described(page, reason, secrets));
            picture(page, kept.resolve("page.png"), secrets);
        });
    }

    /** Remembers the answer to a press until it is stored or forgotten. Never throws. */
    void remember(Page page, String siteId, String what, List<String> secrets) {
        try {
            remembered.put(key(siteId, what), described(page, "", secrets));
        } catch (PlaywrightException e) {
            LOG.debug("the answer to the press for {} at site {} can't be read", what, siteId, e);
        }
    }

    /**
     * Must be called before resources of a site are pressed for. Forgets the answers of the batch before, which was read
     * back. A part of the same batch is sent again before the read-back, so it loses only its own answers.
     */
    void begin(String siteId, Set<String> resources) {
        Set<String> batch = batches.getOrDefault(siteId, Set.of());
        if (batch.containsAll(resources)) {
            resources.forEach(resource -> remembered.remove(key(siteId, resource)));
        } else {
            batch.forEach(resource -> remembered.remove(key(siteId, resource)));
            batches.put(siteId, Set.copyOf(resources));
        }
    }

    /** Stores the remembered answer and what the page shows now; like {@link #keep} without a remembered answer. */
    @Nullable
    String keepRemembered(Page page, String siteId, String what, String reason, List<String> secrets) {
        String then = remembered.get(key(siteId, what));
        if (then == null) {
            return keep(page, siteId, what, reason, secrets);
        }
        return kept(siteId, what, kept -> {
            Files.writeString(access.createFile(kept.resolve("page.txt")), redacted(reason, secrets) + then);
            Files.writeString(access.createFile(kept.resolve("later.txt")), described(page, reason, secrets));
            picture(page, kept.resolve("later.png"), secrets);
        });
    }

    /** Stores a text if there is no page any more. */
    @Nullable
    String keep(String siteId, String what, String text) {
        return kept(siteId, what, kept -> Files.writeString(access.createFile(kept.resolve("page.txt")), text));
    }

    private static String key(String siteId, String what) {
        return siteId + "/" + what;
    }

    /** Writes evidence into a folder. */
    private interface Keeping {
        void into(Path kept) throws IOException;
    }

    private @Nullable String kept(String siteId, String what, Keeping keeping) {
        try {
            Path kept = folder.resolve(siteId)
                    .resolve(TIME.format(clock.instant()) + "-" + what.replaceAll("[^A-Za-z0-9_-]", "_") + "-"
                            + number.incrementAndGet());
            access.createFolder(kept);
            keeping.into(kept);
            return kept.toString();
        } catch (IOException | PlaywrightException e) {
            LOG.warn("evidence of a failure at site {} could not be stored: {}", siteId, BrowserError.message(e));
            return null;
        }
    }

    /** Returns the reason, the address, and the text of the page and its frames; the page may have no body. */
    private static String described(Page page, String reason, List<String> secrets) {
        StringBuilder text = new StringBuilder(reason + "\n" + WebSession.path(page) + "\n");
        for (Frame frame : page.frames()) {
            text.append('\n');
            try {
                text.append(frame.locator(":root")
                        .innerText(new Locator.InnerTextOptions().setTimeout((double) LOOK.toMillis())));
            } catch (PlaywrightException e) {
                text.append("(this part can't be read: ")
                        .append(BrowserError.message(e))
                        .append(')');
            }
        }
        return redacted(text.toString(), secrets);
    }

    private void picture(Page page, Path file, List<String> secrets) throws IOException {
        try {
            List<Locator> masked = telling(page, secrets);
            masked.add(page.locator("input[type=password]"));
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(access.createFile(file))
                    .setMask(masked)
                    .setTimeout((double) LOOK.toMillis()));
        } catch (PlaywrightException e) {
            LOG.warn("the screenshot {} of a failure could not be taken: {}", file, BrowserError.message(e));
        }
    }

    /** Returns the elements of a page that show a secret as a text or in a field. */
    private static List<Locator> telling(Page page, List<String> secrets) {
        List<String> telling = secrets.stream().filter(Evidence::isTelling).toList();
        List<Locator> locators = new ArrayList<>();
        for (Frame frame : page.frames()) {
            frame.locator("input, textarea")
                    .evaluateAll(
                            "(fields, secrets) => fields.forEach(field => field.toggleAttribute('" + MARK
                                    + "', secrets.some(secret => field.value.includes(secret))))",
                            telling);
            locators.add(frame.locator("[" + MARK + "]"));
            telling.forEach(secret -> locators.add(frame.getByText(secret)));
        }
        return locators;
    }

    /** Returns whether a secret is long enough to be searched for. Shorter ones occur everywhere. */
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
                        .noneMatch(locator -> locator.first().isVisible());
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
            LOG.warn("a trace of site {} could not be stored: {}", siteId, BrowserError.message(e));
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

    /**
     * Returns a trace without the session of the context. Of each call it keeps only the name, because some calls read
     * cookies.
     */
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
