package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A case that can't be pressed keeps no other from being claimed, and a page on which nothing can be pressed blames no case. */
class BadRowTest {
    private static final long BAD = 102;

    @TempDir
    private Path folder;

    private FakeOffice office;

    private void office(Function<Path, FakeIntranet> intranet, int cases) {
        office = new FakeOffice(folder, intranet);
        office.intranet.cases(cases);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private static List<Long> of(FakeOffice.Outcome outcome, IncidentCode code) {
        return outcome.incidents().stream()
                .map(Incident::report)
                .filter(report -> report.code() == code)
                .map(report -> report.resourceId() == null
                        ? 0L
                        : Long.parseLong(report.resourceId().value()))
                .toList();
    }

    /** The first cycle claims all others; the next has nothing to do, and nothing to say. */
    private void assertOnlyTheBadRowIsLeftOut(String message) {
        office.with(running -> {
            FakeOffice.Outcome first = office.cycle(running);
            assertThat(first.queued()).containsExactlyInAnyOrder(101L, 103L, 104L);
            assertThat(first.errors()).singleElement().asString().contains("resource " + BAD, message);
            assertThat(of(first, IncidentCode.CLAIM_FAILED)).containsExactly(BAD);
            List<String> evidence = office.evidence();
            assertThat(evidence).isNotEmpty();

            FakeOffice.Outcome next = office.cycle(running);
            assertThat(next.errors()).isEmpty();
            assertThat(next.site().known()).isEqualTo(1);
            assertThat(office.evidence()).hasSameSizeAs(evidence);
            return next;
        });
        assertThat(office.intranet.pressed()).containsExactlyInAnyOrder(101L, 103L, 104L);
    }

    /** Answers the lists of some cases with an error. */
    private static class FailingLists extends FakeIntranet {
        FailingLists(Path folder) {
            super(folder);
        }

        boolean isFailing(String reference) {
            return reference.equals("2/2026");
        }

        @Override
        void list(FakeRequest request) throws Exception {
            if (request.query("q") != null && isFailing(request.query("q"))) {
                request.page(500, "<h1>Something went wrong</h1>");
            } else {
                super.list(request);
            }
        }
    }

    @Test
    void aCaseWhoseListCannotBeOpenedIsLeftOut() {
        office(FailingLists::new, 4);

        assertOnlyTheBadRowIsLeftOut("the list answered 500");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<button disabled>Assign to me</button>",
                "<button style='visibility: hidden'>Assign to me</button>",
                "<button>Ask somebody else</button>",
                ""
            })
    @Tag("slow")
    void aCaseWhoseButtonCannotBePressedIsLeftOut(String button) {
        office(
                path -> new FakeIntranet(path) {
                    @Override
                    String button(Case found) {
                        return found.id() == BAD ? button : super.button(found);
                    }
                },
                4);

        assertOnlyTheBadRowIsLeftOut("is not on the list's page");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("slow")
    void aCaseThatTheListDoesNotHaveOnceIsLeftOut(boolean isThereTwice) {
        office(
                path -> new FakeIntranet(path) {
                    @Override
                    String row(Case found) {
                        String row = super.row(found);
                        return found.id() != BAD ? row : isThereTwice ? row + row : row.replace("2/2026", "B/2026");
                    }
                },
                4);

        assertOnlyTheBadRowIsLeftOut(isThereTwice ? "2 rows of the list have its number" : "no row of the list");
    }

    @Test
    @Tag("slow")
    void aPageOnWhichNothingCanBePressedBlamesNoCase() {
        office(
                path -> new FailingLists(path) {
                    @Override
                    boolean isFailing(String reference) {
                        return true;
                    }
                },
                8);

        FakeOffice.Outcome outcome = office.run();
        assertThat(of(outcome, IncidentCode.CLAIM_FAILED)).isEmpty();
        assertThat(of(outcome, IncidentCode.SOURCE_UNREACHABLE)).hasSize(1);
        assertThat(outcome.errors()).singleElement().asString().contains("the list answered 500");
    }

    @Test
    @Tag("slow")
    void aPageThatFailsAfterTheFirstCaseBlamesNoCaseAndStopsTheSite() {
        AtomicInteger failed = new AtomicInteger();
        office(
                path -> new FailingLists(path) {
                    @Override
                    boolean isFailing(String reference) {
                        boolean isFailing = !pressed().isEmpty();
                        failed.addAndGet(isFailing ? 1 : 0);
                        return isFailing;
                    }
                },
                8);

        FakeOffice.Outcome outcome = office.run();
        assertThat(outcome.queued()).containsExactly(101L);
        assertThat(of(outcome, IncidentCode.CLAIM_FAILED)).isEmpty();
        assertThat(of(outcome, IncidentCode.SOURCE_UNREACHABLE)).hasSize(1);
        assertThat(outcome.errors()).containsExactly("the list answered 500");
        assertThat(failed).as("three cases in a row").hasValue(3);
    }
}
