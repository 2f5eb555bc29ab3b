package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.tck.ClaimProtocolContract.World;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which candidates a cycle takes, and what keeps a site from having any. */
abstract class CandidateSelectionContract extends ClaimProtocolFixture {
    @Test
    void aPageThatLeadsBackToItselfStopsItsSiteAndSaysWhy() {
        World world = world(8);
        ResourceSource real = source(world);
        ResourceSource repeating = (ResourceSource) Proxy.newProxyInstance(
                ResourceSource.class.getClassLoader(),
                new Class<?>[] {ResourceSource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("candidates")) {
                        arguments[1] = null;
                    }
                    return method.invoke(real, arguments);
                });
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .source("repeating", repeating)
                        .claim("sql", strategy(world))
                        .pageSize(4)
                        .site(SITE.toBuilder().source("repeating").build())
                        .site(CaseTable.site("parks", "PARKS").toBuilder()
                                .source("repeating")
                                .build())
                        .build()) {
            Map<String, SiteReport> sites = bySite(brain.runCycle());
            assertThat(sites.get("fines").errors()).singleElement().asString().contains("listed again", "sites check");
            assertThat(sites.get("parks").enqueued()).isEqualTo(1);
        }
    }

    @Test
    void outsideWorkingHoursNothingIsClaimedAndTheReportSaysSo() {
        World world = world(8);
        SettableClock clock = new SettableClock(Instant.parse("2026-11-27T19:00:00Z"));
        Site site = SITE.toBuilder()
                .setting("hours", "Mon-Fri 08:00-20:00")
                .setting("time_zone", "Europe/Madrid")
                .build();
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), clock, site)) {
            SiteReport closed = brain.runCycle().sites().get(0);
            assertThat(closed.opensAt()).isEqualTo("2026-11-30T07:00:00Z");
            assertThat(closed.counts()).isEmpty();
            assertThat(queue.incidents().list(Set.of(), true, 10)).isEmpty();
            CycleReport refused = brain.operations().sync("fines", ResourceId.of(1), false);
            assertThat(refused.errorCount()).isEqualTo(1);
            assertThat(refused.sites().get(0).errors().get(0)).contains("its working hours are over");
            assertThat(tasks(queue)).isEmpty();
            clock.advance(Duration.ofHours(60));
            SiteReport open = brain.runCycle().sites().get(0);
            assertThat(open.opensAt()).isNull();
            assertThat(open.claimed()).isEqualTo(8);
        }
    }

    @Test
    void claimingStopsWhenTheWorkingHoursEnd() {
        World world = world(8);
        SettableClock clock = new SettableClock(Instant.parse("2026-11-27T18:59:00Z"));
        Site site = SITE.toBuilder()
                .setting("hours", "Mon-Fri 08:00-20:00")
                .setting("time_zone", "Europe/Madrid")
                .build();
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .share(Database.class, world.database())
                        .clock(clock)
                        .batchSize(2)
                        .listener(event -> {
                            if (event instanceof BrainEvent.SiteProgressed) {
                                clock.advance(Duration.ofMinutes(1));
                            }
                        })
                        .site(site)
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.claimed()).as("one batch").isEqualTo(2);
            assertThat(report.opensAt()).isEqualTo("2026-11-30T07:00:00Z");
            assertThat(report.errorCount()).isZero();
        }
    }

    @Test
    void hoursThatMakeNoSenseAreTheSitesErrorAndNothingIsClaimed() {
        World world = world(2);
        Site site = SITE.toBuilder().setting("hours", "Mon-Fri 20-8").build();
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), site)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.errors())
                    .containsExactly("the setting 'hours' must be like \"Mon-Fri 08:00-20:00, Sat 09:00-14:00\", not"
                            + " 'Mon-Fri 20-8'");
            assertThat(report.claimed()).isZero();
        }
    }

    @Test
    void dirtyRowsDoNotStarveCleanOnes() {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, 10_000)
                .forEach(id -> rows.add(tables().insert(id, "dirty " + id, "CITY FINES", 2, 0, null)));
        IntStream.rangeClosed(10_001, 10_080)
                .forEach(id -> rows.add(tables().insert(id, "2026/" + id, "CITY FINES", 2, 0, null)));
        execute(world, rows);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .share(Database.class, world.database())
                        .maxClaims(50)
                        .site(SITE)
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.rejected()).isEqualTo(10_000);
            assertThat(report.claimed()).isEqualTo(50);
        }
    }

    @Test
    void everySiteGetsSomeOfACycleThatIsCutShort() {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        List<Site> sites = List.of(CaseTable.site("a", "A"), CaseTable.site("b", "B"), CaseTable.site("c", "C"));
        for (int i = 0; i < 3; i++) {
            String body = sites.get(i).settings().text("body").orElseThrow();
            int from = 1000 * i;
            IntStream.rangeClosed(1, 200)
                    .forEach(id -> rows.add(tables().insert(from + id, "2026/" + id, body, 2, 0, null)));
        }
        execute(world, rows);
        try (TaskQueue queue = world.openQueue()) {
            Brain[] brain = new Brain[1];
            int[] progress = {0};
            var builder = Brain.builder()
                    .queue(queue)
                    .share(Profile.class, tables().profile("integer"))
                    .share(Database.class, world.database())
                    .batchSize(10)
                    .listener(event -> {
                        if (event instanceof BrainEvent.SiteProgressed) {
                            progress[0]++;
                            if (progress[0] == 4) {
                                brain[0].close();
                            }
                        }
                    });
            sites.forEach(builder::site);
            brain[0] = builder.build();
            CycleReport report = brain[0].runCycle();
            assertThat(report.sites())
                    .allSatisfy(site -> assertThat(site.enqueued()).isPositive());
            assertThat(report.enqueued())
                    .as("it stopped after the batch under way")
                    .isEqualTo(40);
        }
    }

    @Test
    void theLimitHoldsForEachSite() {
        World world = world(9);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().maxClaims(5).build(),
                        CaseTable.site("parks", "PARKS"))) {
            Map<String, SiteReport> sites = bySite(brain.runCycle());
            assertThat(sites.get("fines").claimed()).isEqualTo(5);
            assertThat(sites.get("parks").claimed()).isEqualTo(1);
        }
    }

    @Test
    void aDryRunSelectsWhatARealRunThenTakes() {
        World world = world(6);
        execute(world, List.of(tables().insert(104, "2026/104", "CITY FINES", 1, 0, "ROBOT")));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().maxClaims(4).adoptOrphans(true).build())) {
            List<Row> before = rows(world);
            CycleReport dry = brain.dryRun();
            assertThat(rows(world)).isEqualTo(before);
            assertThat(tasks(queue)).isEmpty();
            assertThat(queue.incidents().list(Set.of(), false, 10)).isEmpty();
            CycleReport real = brain.runCycle();
            assertThat(real.sites()).isEqualTo(dry.sites());
            assertThat(real.enqueued()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "ours": "kind = 1" | "ours": "kind = 7"
            "ours": "kind = 1" | "ours": "kind ="
            body LIKE :body    | town LIKE :body
            """)
    void aProfileThatDoesNotFitItsTableIsAnIncidentOfTheConfigurationUntilItDoes(String right, String wrong) {
        World world = world(3);
        List<Row> before = rows(world);
        String text = tables().profileText("integer");
        try (TaskQueue queue = world.openQueue()) {
            try (Brain brain = brainOf(world, queue, Profile.parse(text.replace(right, wrong), "the broken profile"))) {
                assertThat(brain.runCycle().errorCount()).isPositive();
            }
            assertThat(rows(world)).isEqualTo(before);
            assertThat(tasks(queue)).isEmpty();
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().code())
                    .contains(IncidentCode.CONFIGURATION_INVALID)
                    .doesNotContain(IncidentCode.SOURCE_UNREACHABLE);
            try (Brain brain = brainOf(world, queue, Profile.parse(text, "the right profile"))) {
                assertThat(brain.runCycle().enqueued()).isEqualTo(3);
            }
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().code())
                    .doesNotContain(IncidentCode.CONFIGURATION_INVALID);
        }
    }

    private static Brain brainOf(World world, TaskQueue queue, Profile profile) {
        return Brain.builder()
                .queue(queue)
                .share(Database.class, world.database())
                .share(Profile.class, profile)
                .site(SITE)
                .readBackDelays(List.of(Duration.ZERO))
                .build();
    }

    @Test
    void aBrokenPatternStopsItsSiteOnly() {
        World world = world(2);
        Site broken = CaseTable.site("broken", "%FINES%").toBuilder()
                .referencePattern("(((")
                .build();
        Site endless = CaseTable.site("endless", "ENDLESS").toBuilder()
                .referencePattern("(a+)+\\1b")
                .build();
        execute(
                world,
                List.of(
                        tables().insert(200, "a".repeat(50), "ENDLESS", 2, 0, null),
                        tables().insert(201, "aab", "ENDLESS", 2, 0, null)));
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .share(Database.class, world.database())
                        .sites(SiteRegistry.of(List.of(broken, endless, SITE)))
                        .build()) {
            Map<String, SiteReport> sites = bySite(brain.runCycle());
            assertThat(sites.get("broken").errorCount()).isEqualTo(1);
            assertThat(sites.get("endless").errorCount()).isEqualTo(1);
            assertThat(sites.get("endless").enqueued())
                    .as("an honest reference still passes")
                    .isEqualTo(1);
            assertThat(sites.get("fines").enqueued()).isEqualTo(2);
            assertThat(queue.incidents().list(Set.of("broken", "endless"), true, 10))
                    .extracting(incident -> incident.report().code())
                    .contains(IncidentCode.PATTERN_INVALID, IncidentCode.PATTERN_INVALID);
        }
    }
}
