package dev.brain.dashboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.monitor.Monitor;
import dev.brain.payload.Payload;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Step;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskResult;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.tck.SettableClock;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A day's work of an office that does not exist. It ends at the time that the clock then shows. */
final class InventedWork {
    static final List<String> SITES = List.of("harbour", "parks", "taxes", "traffic", "water");

    /** A failed task with a screenshot, an incident and a receipt. */
    static final String FAILED = "2026/1003-TAX";

    private static final Actor NORA = new Actor("Nora");
    private static final Duration LEASE = Duration.ofMinutes(10);

    private final Store store;
    private final SettableClock clock;
    private final Path evidence;
    private int last = 1000;

    private InventedWork(Store store, SettableClock clock, Path evidence) {
        this.store = store;
        this.clock = clock;
        this.evidence = evidence;
    }

    static void fill(Store store, SettableClock clock, Path evidence) {
        new InventedWork(store, clock, evidence).run();
    }

    private void run() {
        store.sites()
                .save(
                        NORA,
                        SITES.stream()
                                .map(id -> Site.builder(id)
                                        .referencePattern("\\d{4}/\\d+-[A-Z]{3}")
                                        .claimant("ROBOT")
                                        .setting("hours", "Mon-Sun 07:00-22:00")
                                        .setting("time_zone", "UTC")
                                        .setting("max_concurrent", 4)
                                        .setting("query_organisme", "%" + id.toUpperCase(java.util.Locale.ROOT) + "%")
                                        .setting("filtro_texp", "2,3")
                                        .build())
                                .toList(),
                        false);
        for (int hour = 0; hour < 20; hour++) {
            for (int i = 0; i < 3 + hour * 7 % 5; i++) {
                work(SITES.get((hour + i) % 5), hour % 6 == 3 && i == 0);
            }
            clock.advance(Duration.ofHours(1));
        }
        cycle(12, 2, "");
        clock.advance(Duration.ofMinutes(5));
        cycle(4, 4, "the table can't be read: connection refused");
        waiting();
        failedWithEvidence();
        incidents();
        store.operations().pause(NORA, "water", true);
        cycle(9, 3, "");
        clock.advance(Duration.ofMinutes(2));
    }

    private Lease taken(String site, @Nullable Instant deadline) {
        queued(site, deadline);
        List<Lease> leases = store.queue()
                .take(new TakeRequest("robot-" + (1 + last % 2), 1, LEASE, List.of(SiteLimits.none(site))));
        return leases.get(0);
    }

    private long queued(String site, @Nullable Instant deadline) {
        int id = ++last;
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("idRecurso", id);
        content.put("expediente", reference(site, id));
        content.put("sujeto_recurso", "Nobody Invented");
        content.put("source", "brain_orchestrator");
        Resource resource = new Resource(ResourceId.of(id), reference(site, id), Map.of("idRecurso", (long) id));
        var reserved = store.queue()
                .reserve(List.of(
                        new TaskDraft(site, resource, Payload.of(content), new Claimant("ROBOT"), 0, deadline)));
        store.queue().settle(List.of(new Settlement(reserved.get(0), Settlement.Verdict.CONFIRM)));
        return reserved.get(0).id();
    }

    private static String reference(String site, int id) {
        return "2026/" + id + "-" + site.substring(0, 3).toUpperCase(java.util.Locale.ROOT);
    }

    private void work(String site, boolean fails) {
        Lease lease = taken(site, null);
        clock.advance(Duration.ofSeconds(40));
        TaskResult result = fails
                ? new TaskResult.Failed(new Failure(
                        Failure.Kind.BUSINESS, "DOCUMENT_REFUSED", "the site does not accept the attached document"))
                : new TaskResult.Completed("{\"receipt\":\"R-" + last + "\"}");
        store.queue().finish(List.of(new FinishedTask(lease, result)), null);
    }

    private void waiting() {
        Instant now = clock.instant();
        for (int i = 0; i < 34; i++) {
            queued(SITES.get(i % 4), i % 2 == 0 ? now.plus(Duration.ofHours(6L * i - 20)) : null);
        }
        for (int i = 0; i < 3; i++) {
            long held = queued("taxes", now.plus(Duration.ofDays(i + 1L)));
            store.operations().hold(NORA, held, "the amount is above 10,000");
        }
        taken("parks", null);
        taken("harbour", null);
        Lease again = taken("traffic", null);
        store.queue()
                .finish(
                        List.of(new FinishedTask(
                                again,
                                new TaskResult.Retry(
                                        new Failure(Failure.Kind.TECHNICAL, "TIMEOUT", "the page did not answer"),
                                        now.plus(Duration.ofMinutes(20))))),
                        null);
        store.operations().cancel(NORA, queued("traffic", null));
    }

    private void failedWithEvidence() {
        Lease lease = taken("taxes", clock.instant().plus(Duration.ofDays(1)));
        String picture = evidence.resolve("page.png").toString();
        picture(Path.of(picture));
        store.queue().record(lease, new Step("log in", "{\"user\":\"ROBOT\"}", false));
        store.queue().note(lease, Note.EVIDENCE, picture);
        store.queue()
                .finish(
                        List.of(new FinishedTask(
                                lease,
                                new TaskResult.Failed(new Failure(
                                        Failure.Kind.BUSINESS, "FORM_CLOSED", "the form is closed for this case")))),
                        null);
        store.incidents()
                .report(List.of(new Report(
                        IncidentCode.EVIDENCE, "taxes", lease.task().resourceId(), "the page was kept", picture)));
    }

    private void incidents() {
        store.incidents()
                .report(List.of(
                        new Report(IncidentCode.LOGIN_FAILED, "water", null, "the site refused the password"),
                        new Report(
                                IncidentCode.PAYLOAD_INVALID, "parks", ResourceId.of(77), "the case has no document"),
                        new Report(
                                IncidentCode.DEADLINE_MISSED,
                                "harbour",
                                ResourceId.of(78),
                                "its deadline has passed")));
        long first = store.incidents()
                .list(java.util.Set.of("water"), true, 1)
                .get(0)
                .id();
        store.incidents().assign(NORA, first, "Nora");
        store.incidents().note(NORA, first, "the password is being renewed");
    }

    private void cycle(long candidates, long claimed, String error) {
        List<SiteReport> sites = SITES.stream()
                .map(site -> new SiteReport(
                        site,
                        false,
                        Map.of(Counter.CANDIDATES, candidates, Counter.CLAIMED, claimed, Counter.ENQUEUED, claimed),
                        List.of(),
                        List.of()))
                .toList();
        ((Monitor.Source) store.queue())
                .monitor()
                .record(new CycleReport(
                        clock.instant(), Duration.ofSeconds(3), sites, error.isEmpty() ? List.of() : List.of(error)));
        clock.advance(Duration.ofMinutes(5));
    }

    private static void picture(Path file) {
        BufferedImage image = new BufferedImage(640, 240, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, 640, 240);
        graphics.setColor(new Color(0x24, 0x4a, 0x7c));
        graphics.fillRect(0, 0, 640, 48);
        graphics.setColor(new Color(0xb0, 0xb8, 0xc4));
        graphics.fillRect(24, 80, 380, 20);
        graphics.fillRect(24, 120, 520, 20);
        graphics.dispose();
        try {
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
