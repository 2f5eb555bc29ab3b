package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.check.Finding;
import dev.brain.config.Settings;
import dev.brain.cycle.SiteReport;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.playwright.Office.Outcome;
import dev.brain.queue.TaskFilter;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import dev.brain.sqlite.SqliteStore;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong on the way through a web page, with a real browser; each run is checked for the invariants. */
class WebFailureTest {
    private static final int GREEN = 0x00ff00;
    private static final int HEADER = 0x17344f;
    private static final int MASK = 0xff00ff;

    @TempDir
    private Path folder;

    private Office office;

    @BeforeEach
    void open() {
        office = new Office(folder);
    }

    @AfterEach
    void close() {
        office.close();
        office.assertNoProcessIsLeft();
    }

    private Site site() {
        return office.site("prueba", "%PRUEBA%");
    }

    @Test
    @Tag("slow")
    void aPageClaims() {
        assertAllAreClaimed("ui", 7);
    }

    @Test
    void aFormClaims() {
        assertAllAreClaimed("form", 3);
    }

    private void assertAllAreClaimed(String method, int cases) {
        Outcome outcome = office.cases("PRUEBA", cases).run(office.site("prueba", "%PRUEBA%", method));

        assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
        assertThat(outcome.report().enqueued()).isEqualTo(cases);
        assertThat(office.owners()).hasSize(cases).containsValue(Office.ROBOT);
        assertThat(office.intranet.logins()).isEqualTo(1);
        assertThat(office.intranet.assignments()).isEqualTo(cases);
    }

    @Test
    @Tag("slow")
    void aLoginOutlivesTheProcessInAFileForItsOwner() throws IOException {
        office.cases("PRUEBA", 1).run(site());
        office.add(2001, "2001/2026", "PRUEBA");
        Outcome second = office.run(site());

        assertThat(second.report().enqueued()).isEqualTo(1);
        assertThat(office.intranet.logins()).isEqualTo(1);
        try (Stream<Path> files = Files.list(folder.resolve("sessions"))) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")))
                    .filteredOn(file -> file.toString().endsWith(".json"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ui", "form"})
    @Tag("slow")
    void twoFailedLoginsAreTheLastThatAreTriedForAnHour(String method) {
        Site site = office.site("prueba", "%PRUEBA%", method);
        Instant now = Instant.now();
        office.cases("PRUEBA", 2).set("XVIA_PASSWORD", "otra-cosa").clock(Clock.fixed(now, ZoneOffset.UTC));
        for (int run = 1; run <= 3; run++) {
            Outcome outcome = office.run(site);
            assertThat(outcome.report().claimed()).isZero();
            assertThat(outcome.codes()).contains(IncidentCode.LOGIN_FAILED);
        }
        assertThat(office.intranet.logins()).isEqualTo(2);
        assertThat(office.intranet.assignments()).isZero();
        assertThat(office.evidence()).isEmpty();

        office.set("XVIA_PASSWORD", Office.PASSWORD).clock(Clock.fixed(now.plusSeconds(59 * 60), ZoneOffset.UTC));
        assertThat(office.run(site).codes()).contains(IncidentCode.LOGIN_FAILED);
        office.clock(Clock.fixed(now.plusSeconds(61 * 60), ZoneOffset.UTC));
        assertThat(office.run(site).report().enqueued()).isEqualTo(2);
        assertThat(office.intranet.logins()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nadie@example.invalid", "blanco@example.invalid"})
    @Tag("slow")
    void aPlaceholderOrABlankIsNoUser(String account) {
        Outcome outcome = office.cases("PRUEBA", 2).set("XVIA_EMAIL", account).run(site());

        assertThat(outcome.codes()).containsExactly(IncidentCode.LOGIN_FAILED);
        assertThat(office.intranet.assignments()).isZero();
    }

    @Test
    @Tag("slow")
    void anotherUserThanTheSiteExpectsEndsIt() {
        Outcome outcome = office.cases("PRUEBA", 2)
                .run(site().toBuilder().claimant("Otra Persona").build());

        assertThat(outcome.codes()).containsExactly(IncidentCode.LOGIN_FAILED);
        assertThat(office.intranet.assignments()).isZero();
    }

    @Test
    void anExpiredSessionIsRenewedOnceForAllLanes() {
        assertTheSessionIsRenewedOnce("ui");
    }

    @Test
    @Tag("slow")
    void anExpiredSessionIsRenewedOnceForAllForms() {
        assertTheSessionIsRenewedOnce("form");
    }

    private void assertTheSessionIsRenewedOnce(String method) {
        office.cases("PRUEBA", 10);
        AtomicInteger lists = new AtomicInteger();
        office.intranet.beforeAssignment(id -> {
            if (lists.incrementAndGet() == 4) {
                office.intranet.expireSessions();
            }
        });
        Outcome outcome = office.run(office.site("prueba", "%PRUEBA%", method));

        assertThat(outcome.report().enqueued()).as("%s", outcome.report()).isEqualTo(10);
        assertThat(office.intranet.logins()).isEqualTo(2);
    }

    @Test
    @Tag("slow")
    void aContextIsRenewedAfterItsClaimsWithoutAnotherLogin() throws IOException {
        pages("\"lanes\": 1, \"limits\": {\"recycleClaims\": 2}");
        Site oneLane = site().toBuilder()
                .setting("web", Map.of("base", office.intranet.address()))
                .build();
        Outcome outcome = office.cases("PRUEBA", 5).run(oneLane);

        assertThat(outcome.report().enqueued()).as("%s", outcome.report()).isEqualTo(5);
        assertThat(office.intranet.styles())
                .as("contexts of two, two and one claims")
                .isEqualTo(3);
        assertThat(office.intranet.logins()).isEqualTo(1);
    }

    @Test
    @Tag("slow")
    void theListThatTheAnswerShowsIsPressedOnWithoutLoadingItAgain() throws IOException {
        AtomicInteger lists = new AtomicInteger();
        office.cases("PRUEBA", 5);
        office.intranet.beforeList(() -> {
            // taken while the list is on its way that the second press is answered with; the first case goes alone
            if (lists.incrementAndGet() == 4) {
                office.take(1003, "Fulana Inventádez");
            }
        });
        pages("\"lanes\": 1");
        Outcome outcome = office.run(site().toBuilder()
                .setting("web", Map.of("base", office.intranet.address()))
                .build());

        assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
        assertThat(outcome.report().enqueued()).isEqualTo(4);
        assertThat(outcome.site("prueba").lost()).isEqualTo(1);
        assertThat(office.owners()).containsEntry(1003L, "Fulana Inventádez");
        assertThat(lists)
                .as(
                        "two for the first, two for the second, one for the taken one, two for the fourth, the last is on its answer")
                .hasValue(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ui", "form"})
    @Tag("slow")
    void lanesThatAreRefusedTogetherLogInOnce(String method) throws IOException {
        pages("\"limits\": {\"pageSeconds\": 60, \"answerSeconds\": 60, \"claimSeconds\": 300}");
        office.cases("PRUEBA", 10);
        // the first case goes alone: its list, and the list that answers its press or is shown to see what lists look
        // like
        AtomicInteger lists = new AtomicInteger(-2);
        CountDownLatch bothHaveTheOldToken = new CountDownLatch(2);
        CountDownLatch oneHasLoggedIn = new CountDownLatch(1);
        office.intranet.beforeList(() -> {
            int number = lists.incrementAndGet();
            if (number < 1) {
                return;
            }
            if (number > 2) {
                oneHasLoggedIn.countDown();
                return;
            }
            if (number == 2) {
                office.intranet.expireSessions();
            }
            bothHaveTheOldToken.countDown();
            awaited(bothHaveTheOldToken);
            if (number == 2) {
                // this one's press is refused after the other's, whose next list tells that it has logged in
                awaited(oneHasLoggedIn);
            }
        });
        Outcome outcome = office.run(office.site("prueba", "%PRUEBA%", method));

        assertThat(outcome.report().enqueued()).as("%s", outcome.report()).isEqualTo(10);
        assertThat(office.intranet.logins()).isEqualTo(2);
        assertThat(office.intranet.assignments()).isEqualTo(10);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ui", "form"})
    @Tag("slow")
    void aStaleTokenIsAnsweredByALoginAndOneRepeat(String method) {
        office.intranet.staleOnce();
        Outcome outcome = office.cases("PRUEBA", 2).run(office.site("prueba", "%PRUEBA%", method));

        assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
        assertThat(outcome.report().enqueued()).isEqualTo(2);
        assertThat(office.intranet.assignments()).isEqualTo(2);
        assertThat(office.intranet.logins()).isEqualTo(2);
    }

    @Test
    @Tag("slow")
    void whatAPersonTakesBetweenListAndClickIsLost() {
        office.cases("PRUEBA", 3);
        office.intranet.beforeAssignment(id -> {
            if (id == 1002) {
                office.take(1002, "Fulana Inventádez");
            }
        });
        Outcome outcome = office.run(site());

        assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
        assertThat(outcome.site("prueba").lost()).isEqualTo(1);
        assertThat(outcome.report().enqueued()).isEqualTo(2);
        assertThat(office.owners()).containsEntry(1002L, "Fulana Inventádez");
    }

    @Test
    @Tag("slow")
    void whatAPersonTakesBeforeTheListIsLostAndNotPressed() {
        office.cases("PRUEBA", 1);
        office.intranet.beforeList(() -> office.take(1001, "Fulana Inventádez"));
        Outcome outcome = office.run(site());

        assertThat(outcome.site("prueba").lost()).isEqualTo(1);
        assertThat(outcome.report().errorCount()).isZero();
        assertThat(office.intranet.assignments()).isZero();
    }

    @Test
    void aConfirmationIsNotBelievedWhenTheDatabaseSaysOtherwise() {
        office.intranet.lying(true);
        Outcome outcome = office.cases("PRUEBA", 1).run(site());

        assertThat(outcome.report().claimed()).isZero();
        assertThat(outcome.tasks()).isEmpty();
        assertThat(outcome.report().errorCount()).isPositive();
        assertThat(office.intranet.assignments()).isEqualTo(1);
        assertThat(outcome.codes()).contains(IncidentCode.EVIDENCE);
        assertThat(office.evidence())
                .extracting(path -> path.getFileName().toString())
                .as("what answered the press, and what the page showed when it was read back")
                .contains("page.txt", "later.txt", "later.png");
        assertThat(office.evidence())
                .filteredOn(Files::isRegularFile)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                        .as("its owner's only")
                        .isEqualTo(PosixFilePermissions.fromString("rw-------")));
    }

    @Test
    @Tag("slow")
    void oldEvidenceIsDeletedAtTheNextStart() {
        office.intranet.lying(true);
        office.cases("PRUEBA", 1).run(site());
        assertThat(office.evidence()).isNotEmpty();

        office.intranet.lying(false);
        office.clock(Clock.offset(Clock.systemUTC(), Duration.ofDays(29))).run(site());
        assertThat(office.evidence()).isNotEmpty();

        office.clock(Clock.offset(Clock.systemUTC(), Duration.ofDays(31))).run(site());
        assertThat(office.evidence()).isEmpty();
    }

    @Test
    @Tag("slow")
    void aDatabaseThatLagsIsWaitedFor() {
        office.intranet.lag(Duration.ofSeconds(2));
        // the last one only counts where the machine is slower than the lag
        office.delays(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMinutes(1)));
        Outcome outcome = office.cases("PRUEBA", 2).run(site());

        assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
        assertThat(outcome.report().enqueued()).isEqualTo(2);
        assertThat(office.intranet.assignments()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ui", "form"})
    @Tag("slow")
    void aNumberWithinAnotherIsNotConfused(String method) {
        office.add(1, "11/2026", "OTRO");
        office.add(2, "1/2026", "PRUEBA");
        office.add(3, "21/2026", "OTRO");
        Outcome outcome = office.run(office.site("prueba", "%PRUEBA%", method));

        assertThat(outcome.report().enqueued()).as("%s", outcome.report()).isEqualTo(1);
        assertThat(office.owners()).containsOnlyKeys(2L);
    }

    @Test
    @Tag("slow")
    void ofTwoRowsWithOneNumberTheOneWithTheIdIsTaken() {
        office.add(1, "1/2026", "OTRO");
        office.add(2, "1/2026", "PRUEBA");
        office.run(site());

        assertThat(office.owners()).containsOnlyKeys(2L);
    }

    @Test
    @Tag("slow")
    void aRenamedButtonStopsItsSiteAndNoOther() {
        office.cases("PRUEBA", 2);
        office.add(50, "50/2026", "OTRO");
        office.intranet.buttonName("Quedármelo");
        Site sql = office.site("otro", "%OTRO%").toBuilder()
                .settings(Settings.none())
                .setting("profile", "recursos-intranet")
                .setting("query_organisme", "%OTRO%")
                .setting("filtro_texp", "2,3")
                .claim("sql")
                .claimant("BOT")
                .build();
        Outcome outcome = office.run(site(), sql);

        assertThat(outcome.site("prueba").errors()).anyMatch(error -> error.contains("Asignarme"));
        assertThat(outcome.site("otro").enqueued()).isEqualTo(1);
        assertThat(outcome.codes()).contains(IncidentCode.EVIDENCE);
        assertThat(outcome.incidents())
                .filteredOn(incident -> incident.report().code() == IncidentCode.EVIDENCE)
                .allSatisfy(incident -> assertThat(
                                Path.of(incident.report().evidence()).resolve("page.png"))
                        .isNotEmptyFile());
        assertThat(office.intranet.assignments()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\": \"button\", \"name\": \"Aceptar\"}",
                "{\"css\": \"#modal-liberar button[type=submit]\"}",
                "{\"css\": \"button\"}"
            })
    @Tag("slow")
    void aConfirmationThatIsNotThereOrHiddenOrNotOneIsNotTakenForPressed(String locator) throws IOException {
        pages(
                "{\"role\": \"button\", \"name\": \"Confirmar\"}, \"box\": {\"role\": \"dialog\"}, \"shows\": \"{reference}\"",
                locator);
        Outcome outcome = office.cases("PRUEBA", 2).run(site());

        assertThat(outcome.site("prueba").errors())
                .allMatch(error -> error.contains("is not on the list's page, or not exactly once"))
                .isNotEmpty();
        assertThat(outcome.codes()).contains(IncidentCode.EVIDENCE).doesNotContain(IncidentCode.CLAIM_UNKNOWN);
        assertThat(office.intranet.assignments()).isZero();
    }

    @Test
    @Tag("slow")
    void ofTwoRowsWithOneNumberAndNoIdsNoneIsPressed() throws IOException {
        pages("\"id\": {\"css\": \"button[data-id]\", \"attribute\": \"data-id\"},", "");
        office.add(1, "5/2026", "PRUEBA");
        office.add(2, "5/2026", "PRUEBA");
        office.add(3, "6/2026", "PRUEBA");
        Outcome outcome = office.run(site());

        assertThat(outcome.site("prueba").errors())
                .anyMatch(error -> error.contains("2 rows of the list have its number"));
        assertThat(office.owners()).containsOnlyKeys(3L);
    }

    /** Changes the page file; each change stands on those before. */
    private void pages(String part, String other) throws IOException {
        Path file = folder.resolve("pages").resolve("recursos-intranet.json");
        Files.createDirectories(file.getParent());
        String text;
        if (Files.exists(file)) {
            text = Files.readString(file);
        } else {
            try (InputStream in = getClass().getResourceAsStream("/META-INF/brain/pages/recursos-intranet.json")) {
                text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        assertThat(text).contains(part);
        Files.writeString(file, text.replace(part, other));
    }

    @Test
    @Tag("slow")
    void aPageThatNeverLoadsIsGivenUp() throws IOException {
        office.cases("PRUEBA", 2);
        office.run(site().toBuilder().maxClaims(1).build());
        office.intranet.latency(Duration.ofMinutes(5));
        // for this run only: the others load, however slow the machine is
        Path impatient = pages("\"limits\": {\"pageSeconds\": 2, \"answerSeconds\": 2}");
        Outcome outcome = office.run(site());
        Files.delete(impatient);

        assertThat(outcome.report().errorCount()).isPositive();
        office.intranet.latency(Duration.ZERO);
        assertThat(office.run(site()).report().errorCount()).isZero();
        assertThat(office.owners()).hasSize(2);
    }

    @Test
    @Tag("slow")
    void aDriverThatIsKilledInTheMiddleOfAClaimLosesNothing() {
        assertNothingIsLostWithTheDriver("ui");
    }

    @Test
    @Tag("slow")
    void aDriverThatIsKilledWhileAFormIsSentLosesNothing() {
        assertNothingIsLostWithTheDriver("form");
    }

    private void assertNothingIsLostWithTheDriver(String method) {
        office.cases("PRUEBA", 2);
        AtomicInteger number = new AtomicInteger();
        office.intranet.beforeAssignment(id -> {
            if (number.incrementAndGet() == 1) {
                Office.driver().destroyForcibly();
            }
        });
        Outcome first = office.run(office.site("prueba", "%PRUEBA%", method));
        Outcome second = office.run(office.site("prueba", "%PRUEBA%", method));

        assertThat(office.owners())
                .as("%s%n%s", first.report(), second.report())
                .hasSize(2);
        assertThat(second.tasks()).hasSize(2).allMatch(task -> task.status().isActive());
        assertThat(office.intranet.assignments()).isEqualTo(2);
    }

    @Test
    @Tag("slow")
    void aDriverThatIsKilledBeforeAnythingIsPressedIsStartedAgain() {
        office.cases("PRUEBA", 2);
        AtomicInteger number = new AtomicInteger();
        office.intranet.beforeList(() -> {
            if (number.incrementAndGet() == 1) {
                Office.driver().destroyForcibly();
            }
        });
        Outcome outcome = office.run(site());

        assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
        assertThat(outcome.report().enqueued()).isEqualTo(2);
    }

    @Test
    @Tag("slow")
    void aDriverThatIsFrozenInTheMiddleOfAClaimIsEnded() throws IOException {
        pages("\"limits\": {\"claimSeconds\": 20}");
        office.cases("PRUEBA", 1);
        office.intranet.beforeAssignment(id -> Office.signal("STOP", Stream.of(Office.driver())));
        Outcome outcome = office.run(site());

        assertThat(office.owners()).containsOnlyKeys(1001L);
        assertThat(outcome.tasks())
                .singleElement()
                .satisfies(task -> assertThat(task.resourceId()).isEqualTo(ResourceId.of(1001)));
        SiteReport report = outcome.site("prueba");
        assertThat(report.claimed()).isEqualTo(1);
        assertThat(office.intranet.assignments()).isEqualTo(1);
    }

    @Test
    @Tag("slow")
    void aBrowserThatIsFrozenWhileItsDriverIsKilledIsEndedToo() {
        office.cases("PRUEBA", 1);
        office.intranet.beforeAssignment(id -> {
            Office.signal("STOP", Office.driver().children());
            Office.driver().destroyForcibly();
        });
        Outcome outcome = office.run(site());

        assertThat(outcome.report().claimed()).as("%s", outcome.report()).isEqualTo(1);
        assertThat(office.intranet.assignments()).isEqualTo(1);
    }

    @Test
    @Tag("slow")
    void aBrowserThatIsKilledIsStartedAgain() {
        office.cases("PRUEBA", 2);
        AtomicInteger number = new AtomicInteger();
        office.intranet.beforeList(() -> {
            if (number.incrementAndGet() == 1) {
                Office.driver().children().forEach(ProcessHandle::destroyForcibly);
            }
        });
        Outcome outcome = office.run(site());

        assertThat(outcome.report().enqueued()).as("%s", outcome.report()).isEqualTo(2);
    }

    @Test
    void aTraceIsKeptOnRequestAndHoldsNoCookieAndNoToken() throws IOException {
        Outcome outcome = office.cases("PRUEBA", 2).run(traced());

        assertThat(outcome.report().enqueued()).isEqualTo(2);
        // what each run left was searched for secrets, these included
        assertThat(traces())
                .hasSize(2)
                .allSatisfy(trace -> assertThat(names(trace))
                        .anyMatch(name -> name.endsWith(".jpeg"))
                        .anyMatch(name -> name.endsWith(".trace")));
    }

    @Test
    @Tag("slow")
    void aPageThatShowsItsTokenLeavesItNowhere() throws IOException {
        pages("\"answer\": {", "\"answer\": {\"won\": {\"css\": \".alert-success\"}, ");
        office.intranet.telling(true);
        office.intranet.lying(true);
        Outcome outcome = office.cases("PRUEBA", 1).run(traced());

        assertThat(outcome.site("prueba").errors()).anyMatch(error -> error.contains("se ha asignado"));
        assertThat(traces())
                .singleElement()
                .satisfies(trace -> assertThat(names(trace))
                        .noneMatch(name -> name.endsWith(".jpeg"))
                        .anyMatch(name -> name.endsWith(".trace")));
        List<Path> pictures = office.evidence().stream()
                .filter(path -> path.endsWith("later.png"))
                .toList();
        assertThat(pictures)
                .singleElement()
                .satisfies(picture -> assertThat(colours(picture))
                        .as("the page is there, and what was on green isn't")
                        .contains(MASK, HEADER)
                        .doesNotContain(GREEN));
    }

    private Site traced() {
        return site().toBuilder()
                .setting("web", Map.of("base", office.intranet.address(), "trace", true))
                .build();
    }

    private List<Path> traces() {
        return office.evidence().stream()
                .filter(path -> path.toString().endsWith("-trace.zip"))
                .toList();
    }

    private static List<String> names(Path zip) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }

    private static Set<Integer> colours(Path picture) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        return Arrays.stream(image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
                .map(colour -> colour & 0xffffff)
                .boxed()
                .collect(Collectors.toSet());
    }

    @Test
    @Tag("slow")
    void aCheckTriesEveryPlaceAndShowsWhatIsMissing() {
        office.cases("PRUEBA", 1);
        office.intranet.buttonName("Quedármelo");
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = office.brain(store, site())) {
            assertThat(brain.operations().check(site()))
                    .anySatisfy(finding -> assertThat(finding.message()).contains("logged in as " + Office.ROBOT))
                    .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).contains("Asignarme", "evidence"));
            office.intranet.buttonName("Asignarme");
            assertThat(brain.operations().check(site())).noneMatch(finding -> finding.level() == Finding.Level.ERROR);
        }
        assertThat(office.intranet.assignments()).isZero();
        assertThat(office.evidence())
                .extracting(path -> path.getFileName().toString())
                .contains("page.png");
    }

    @Test
    void aCheckTellsOfAMissingBrowserInALine() {
        office.set("BRAIN_BROWSER", folder.resolve("none").toString());
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = office.brain(store, site())) {
            assertThat(brain.operations().check(site()))
                    .filteredOn(finding -> finding.message().contains("none"))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.level()).isEqualTo(Finding.Level.ERROR);
                        assertThat(finding.message())
                                .contains("BRAIN_BROWSER names", "name a Chromium, Chrome or Edge")
                                .doesNotContain("\n");
                    });
        }
    }

    @Test
    void whatWasClaimedIsGivenBack() {
        office.cases("PRUEBA", 1).run(site());
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = office.brain(store, site())) {
            assertThat(brain.operations()
                            .release(
                                    Actor.ofProcess(),
                                    store.operations()
                                            .list(TaskFilter.newest(1))
                                            .get(0)
                                            .id()))
                    .isTrue();
        }
        assertThat(office.owners()).isEmpty();
    }

    /** The shipped page file with one more key. */
    private Path pages(String more) throws IOException {
        try (var in = Office.class.getResourceAsStream("/META-INF/brain/pages/recursos-intranet.json")) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Path file = folder.resolve("pages").resolve("recursos-intranet.json");
            Files.createDirectories(file.getParent());
            return Files.writeString(file, json.replaceFirst("\\{", "{" + more + ","));
        }
    }
}
