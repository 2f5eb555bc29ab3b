package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.Brain;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.dashboard.access.Access;
import dev.brain.dashboard.access.Principal;
import dev.brain.dashboard.access.Principal.Role;
import dev.brain.history.Actor;
import dev.brain.internal.monitor.Monitor;
import dev.brain.payload.Payload;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.tck.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A dashboard of sites, cycles and changes that are invented, for an operator or a viewer. All of it has one clock. */
final class OperatorsDay implements AutoCloseable {
    static final Actor NORA = new Actor("Nora");
    static final List<String> SITES = List.of("harbour", "parks", "taxes");

    private static final String PROFILE = """
            {
              "name": "cases", "table": "cases", "id": "number", "reference": "reference", "columns": ["body"],
              "parameters": {"body": {"setting": "body"}},
              "scope": "body = :body", "free": "state = 'FREE'", "owner": "clerk", "ours": "state = 'TAKEN'",
              "claim": {"state": "TAKEN", "clerk": ":claimant"},
              "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}
            }""";

    final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T09:30:00Z"));
    final Store store;
    private final Brain brain;
    private final Dashboard dashboard;
    final DashboardServer server;

    private OperatorsDay(Path folder, Role role, boolean operating) {
        Path evidence = folder.resolve("evidence");
        Path profile = folder.resolve("cases.json");
        try {
            Files.createDirectories(evidence);
            Files.writeString(profile, PROFILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = Store.open(
                Store.Options.of("jdbc:sqlite:" + folder.resolve("queue.db")).withClock(clock));
        store.sites().save(NORA, SITES.stream().map(OperatorsDay::site).toList(), false);
        brain = Brain.builder().queue(store).profile(profile).clock(clock).build();
        dashboard = Dashboard.builder()
                .store(store)
                .brain(brain.operations())
                .access(as(role))
                .operating(operating)
                .evidence(evidence)
                .zone(ZoneId.of("Europe/Madrid"))
                .clock(clock)
                .build();
        server = DashboardServer.start(
                dashboard, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), DashboardServer.Limits.DEFAULT);
    }

    /** Opens it for an operator who may change everything. */
    static OperatorsDay open(Path folder) {
        return new OperatorsDay(folder, Role.OPERATOR, true);
    }

    static OperatorsDay open(Path folder, Role role, boolean operating) {
        return new OperatorsDay(folder, role, operating);
    }

    private static Access as(Role role) {
        return new Access() {
            @Override
            public Optional<Principal> identify(Request request) {
                return Optional.of(new Principal("Olga", role));
            }
        };
    }

    private static Site site(String id) {
        return Site.builder(id)
                .referencePattern("\\d{4}/\\d+-[A-Z]{3}")
                .claimant("ROBOT")
                .maxClaims(20)
                .setting("profile", "cases")
                .setting("body", id.toUpperCase(Locale.ROOT))
                .setting("hours", "Mon-Fri 08:00-20:00, Sat 09:00-14:00")
                .setting("time_zone", "Europe/Madrid")
                .build();
    }

    Browser browser() {
        return new Browser(server.address());
    }

    Site stored(String id) {
        return store.sites().find(id).orElseThrow();
    }

    /** Keeps as many reports of cycles. Every third has an error of the site taxes. */
    void cycles(int count) {
        IntStream.rangeClosed(1, count).forEach(number -> {
            boolean fails = number % 3 == 0;
            monitor()
                    .record(new CycleReport(
                            clock.instant(),
                            Duration.ofMillis(2_500),
                            List.of(
                                    report("harbour", number, List.of(), List.of()),
                                    report(
                                            "taxes",
                                            number + 5L,
                                            fails ? List.of("the table <b>cases</b> can’t be read") : List.of(),
                                            fails ? List.of("case 77 was claimed by somebody else") : List.of()),
                                    new SiteReport("parks", false, Map.of(), List.of(), List.of())),
                            List.of()));
            clock.advance(Duration.ofMinutes(5));
        });
    }

    private static SiteReport report(String site, long queued, List<String> errors, List<String> warnings) {
        return new SiteReport(
                site,
                false,
                Map.of(
                        Counter.CANDIDATES,
                        queued + 2,
                        Counter.REJECTED,
                        1L,
                        Counter.CLAIMED,
                        queued,
                        Counter.ENQUEUED,
                        queued,
                        Counter.ERRORS,
                        (long) errors.size()),
                errors,
                warnings);
    }

    /** Queues a task for each of these cases. */
    void queued(String site, int... cases) {
        for (int id : cases) {
            ObjectNode content = JsonNodeFactory.instance.objectNode().put("idRecurso", id);
            String reference = "2026/" + id + "-MUL";
            Resource resource = new Resource(ResourceId.of(id), reference, Map.of("idRecurso", (long) id));
            var reserved = store.queue()
                    .reserve(List.of(new TaskDraft(
                            site,
                            resource,
                            Payload.of(content),
                            new Claimant("ROBOT"),
                            0,
                            clock.instant().plus(Duration.ofDays(2)))));
            store.queue().settle(List.of(new Settlement(reserved.get(0), Settlement.Verdict.CONFIRM)));
        }
    }

    /** A worker takes the first task of a site. */
    void taken(String worker, String site) {
        assertThat(store.queue()
                        .take(new TakeRequest(worker, 1, Duration.ofMinutes(10), List.of(SiteLimits.none(site)))))
                .hasSize(1);
    }

    Monitor monitor() {
        return ((Monitor.Source) store.queue()).monitor();
    }

    @Override
    public void close() {
        server.close();
        dashboard.close();
        brain.close();
        store.close();
    }
}
