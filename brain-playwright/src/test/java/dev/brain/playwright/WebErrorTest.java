package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.check.Finding;
import dev.brain.incident.IncidentCode;
import dev.brain.playwright.FakeOffice.Outcome;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and evidence of an intranet that fails. */
class WebErrorTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 429, 503})
    @Tag("slow")
    void aListThatIsAnsweredWithAnErrorIsOneErrorOfTheSiteWithTheStatus(int status) {
        AtomicInteger lists = new AtomicInteger();
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void list(FakeRequest request) throws Exception {
                lists.incrementAndGet();
                request.header("Retry-After", "60");
                request.html(status, "<h1>" + status + "</h1>");
            }
        })) {
            office.intranet.cases(4);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).singleElement().asString().contains("answered " + status);
            assertThat(outcome.incidents())
                    .filteredOn(incident -> incident.report().code() == IncidentCode.SOURCE_UNREACHABLE)
                    .singleElement()
                    .satisfies(
                            incident -> assertThat(incident.report().message()).contains("answered " + status));
            assertThat(lists)
                    .as("an overloaded system is left alone; other errors may be those of single cases")
                    .hasValue(status == 429 || status > 500 ? 1 : 4);
            assertThat(office.intranet.pressed()).isEmpty();
            assertThat(outcome.tasks()).isEmpty();
        }
    }

    @Test
    void nothingMoreIsPressedAfterAPressThatAnOverloadedSystemRefuses() {
        assertNothingMoreIsPressedAfter(429, "ui");
    }

    @ParameterizedTest
    @CsvSource({"502, ui", "429, form", "502, form"})
    @Tag("slow")
    void nothingMoreIsPressedAfterAnErrorOfTheSystem(int status, String method) {
        assertNothingMoreIsPressedAfter(status, method);
    }

    private void assertNothingMoreIsPressedAfter(int status, String method) {
        AtomicInteger presses = new AtomicInteger();
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                if (presses.incrementAndGet() == 1) {
                    super.assigned(request);
                } else {
                    request.html(status, "<h1>" + status + "</h1>");
                }
            }
        })) {
            office.pages("\"answer\":", "\"form\": {\"css\": \"#cases form\"}, \"answer\":")
                    .web("method", method);
            office.intranet.cases(5);
            Outcome outcome = office.run();

            assertThat(presses).hasValue(2);
            assertThat(outcome.queued()).containsExactly(101L);
            assertThat(outcome.tasks()).hasSize(1);
            assertThat(outcome.errors())
                    .anyMatch(error -> error.contains("the press was answered with " + status)
                            && error.contains("nothing more is pressed"));
            assertThat(outcome.codes()).contains(IncidentCode.SOURCE_UNREACHABLE);
        }
    }

    @Test
    @Tag("slow")
    void aPressThatIsSentAgainLeavesTheAnswersOfOthers() {
        AtomicInteger refusals = new AtomicInteger();
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                if (request.field("id").equals("102")) {
                    flash.put(request.session(), "<p class=ok>Assigned, honestly.</p>");
                    request.redirect("/list");
                } else if (request.field("id").equals("103") && refusals.incrementAndGet() == 1) {
                    sessions.clear();
                    request.html(419, "<h1>Expired</h1>");
                } else {
                    super.assigned(request);
                }
            }
        })) {
            office.intranet.cases(3);
            Outcome outcome = office.run();

            assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 103L);
            assertThat(refusals).hasValue(2);
            assertThat(office.evidence()).singleElement().asString().contains("Assigned, honestly.", "had no effect");
        }
    }

    @Test
    @Tag("slow")
    void aPageThatIsNoListIsOneErrorOfTheSiteWithEvidence() {
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void list(FakeRequest request) throws Exception {
                request.html(200, "<h1>We are back at 8:00</h1>");
            }
        })) {
            office.intranet.cases(4);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).singleElement().asString().contains("neither a row nor the user's name");
            assertThat(office.evidence()).singleElement().asString().contains("We are back at 8:00");
        }
    }

    @Test
    @Tag("slow")
    void rowsThatComeLongAfterTheirPageAreWaitedFor() {
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void list(FakeRequest request) throws Exception {
                String message = flash.remove(request.session());
                request.page(
                        (message == null ? "" : message) + "<div id=box>Loading…</div><script>setTimeout(async () =>"
                                + " box.innerHTML = await (await fetch('/rows' + location.search)).text(), 1200)</script>");
            }

            @Override
            void answer(FakeRequest request) throws Exception {
                if (request.path().equals("/rows")) {
                    request.html(200, table(request));
                } else {
                    super.answer(request);
                }
            }
        })) {
            office.intranet.cases(2);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
        }
    }

    @Test
    @Tag("slow")
    void aPressIsAnsweredInTheTimeForItOrNotAtAll() {
        CountDownLatch over = new CountDownLatch(1);
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                over.await();
                super.assigned(request);
            }
        })) {
            office.pages("\"claim\": {", "\"limits\": {\"claimSeconds\": 600}, \"claim\": {");
            office.intranet.cases(1);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).anyMatch(error -> error.contains("the page gave no answer within 10 s"));
            assertThat(office.evidence()).singleElement().asString().contains("Assign to me");
        } finally {
            over.countDown();
        }
    }

    @Test
    @Tag("slow")
    void evidenceIsKeptOfAPageThatHasFramesOnly() {
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void list(FakeRequest request) throws Exception {
                if ("frame".equals(request.query("in"))) {
                    request.page("<p>The list of cases</p>" + table(request));
                } else {
                    request.html(
                            200,
                            "<html><frameset cols='20%,*'><frame src=/home><frame src='/list?in=frame'>"
                                    + "</frameset></html>");
                }
            }
        })) {
            office.intranet.cases(1);
            office.run();

            assertThat(office.evidence()).singleElement().asString().contains("The list of cases", "Welcome");
        }
    }

    @Test
    @Tag("slow")
    void evidenceIsKeptOfAClaimWhoseBrowserWasEnded() {
        CountDownLatch over = new CountDownLatch(1);
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                ProcessHandle.current().children().filter(FakeOffice::isDriver).forEach(ProcessHandle::destroyForcibly);
                over.await();
            }
        })) {
            office.intranet.cases(1);
            Outcome outcome = office.run();

            assertThat(outcome.codes()).contains(IncidentCode.EVIDENCE);
            assertThat(office.evidence())
                    .singleElement()
                    .asString()
                    .contains("The browser had gone", "already been made");
        } finally {
            over.countDown();
        }
    }

    @Test
    @Tag("slow")
    void evidenceOfAClaimThatCameToNothingShowsThePageThatAnsweredIt() {
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                flash.put(request.session(), "<p class=ok>Assigned, honestly.</p>");
                request.redirect("/list");
            }
        })) {
            office.intranet.cases(1);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).singleElement().asString().contains("had no effect");
            assertThat(office.evidence()).singleElement().asString().contains("Assigned, honestly.", "had no effect");
        }
    }

    @Test
    @Tag("slow")
    void anOwnerThatIsANumberStopsTheSiteAfterTheFirstCase() {
        try (FakeOffice office = new FakeOffice(folder, at -> new FakeIntranet(at) {
            @Override
            boolean assign(long id, String user) {
                return super.assign(id, "17");
            }
        })) {
            office.intranet.cases(3);
            Outcome outcome = office.run();

            assertThat(office.intranet.pressed()).containsExactly(101L);
            assertThat(outcome.site().errorCount()).isEqualTo(1);
            assertThat(outcome.codes()).contains(IncidentCode.CLAIM_CONTRADICTED);
            assertThat(office.evidence()).singleElement().asString().contains("Assigned.");
            assertThat(office.check())
                    .filteredOn(finding -> finding.level() == Finding.Level.WARNING)
                    .anyMatch(finding -> finding.message().contains("'17'"));
        }
    }

    @Test
    @Tag("slow")
    void whatTheBrowserSaidIsTold() {
        try (FakeOffice office = new FakeOffice(folder, FakeIntranet::new)) {
            office.intranet.cases(1);
            office.intranet.close();
            assertThat(office.run().errors()).singleElement().asString().contains("ERR_CONNECTION_REFUSED");
        }
    }
}
