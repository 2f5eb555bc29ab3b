package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static dev.brain.queue.TaskQueue.Settlement.Verdict.DROP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a queue promises of incidents. */
abstract class IncidentContract extends TaskQueueFixture {
    private List<Incident> open(TaskQueue of) {
        return of.incidents().list(Set.of(), true, 100);
    }

    private static Report report(IncidentCode code, int id, String message) {
        return new Report(code, SITE, ResourceId.of(id), message);
    }

    @Test
    void anIncidentIsOpenedOnceAndCountsItsRepeats() throws Exception {
        queue.incidents()
                .report(List.of(
                        report(IncidentCode.PAYLOAD_INVALID, 1, "first"),
                        report(IncidentCode.PAYLOAD_INVALID, 2, "another resource"),
                        new Report(IncidentCode.LOGIN_FAILED, SITE, null, "the whole site", "evidence/1.png")));
        clock.advance(Duration.ofHours(1));
        another().incidents().report(List.of(report(IncidentCode.PAYLOAD_INVALID, 1, "second")));
        assertThat(open(queue)).hasSize(3);
        Incident latest = open(queue).get(0);
        assertThat(latest.report()).isEqualTo(report(IncidentCode.PAYLOAD_INVALID, 1, "second"));
        assertThat(latest.count()).isEqualTo(2);
        assertThat(latest.openedAt()).isEqualTo(START);
        assertThat(latest.lastSeenAt()).isEqualTo(START.plus(Duration.ofHours(1)));
        assertThat(latest.resolvedAt()).isNull();
    }

    @Test
    void aReportSaysWhetherItOpenedAnIncident() {
        Report first = report(IncidentCode.CLAIM_FAILED, 1, "first");
        Report again = report(IncidentCode.CLAIM_FAILED, 1, "again");
        Report other = report(IncidentCode.CLAIM_FAILED, 2, "other");
        List<String> heard = new ArrayList<>();
        IncidentLog.Subscription subscription =
                queue.incidents().listen((report, opened) -> heard.add(report.message() + " " + opened));
        assertThat(queue.incidents().report(List.of(first))).containsExactly(first);
        assertThat(queue.incidents().report(List.of(again, other))).containsExactly(other);
        subscription.close();
        assertThat(queue.incidents().report(List.of(again))).isEmpty();
        assertThat(heard).containsExactly("first true", "again false", "other true");
        assertThat(queue.incidents()
                        .openOn(
                                SITE,
                                IncidentCode.CLAIM_FAILED,
                                List.of(ResourceId.of(1), ResourceId.of(2), ResourceId.of(3))))
                .containsExactlyInAnyOrder(ResourceId.of(1), ResourceId.of(2));
        queue.incidents().close(SITE, IncidentCode.CLAIM_FAILED, List.of(ResourceId.of(1)));
        assertThat(queue.incidents().openOn(SITE, IncidentCode.CLAIM_FAILED, List.of(ResourceId.of(1))))
                .isEmpty();
        assertThat(queue.incidents().report(List.of(again))).containsExactly(again);
    }

    @Test
    void aListenerThatFailsStopsNobody() {
        List<Report> heard = new ArrayList<>();
        queue.incidents().listen((report, opened) -> {
            throw new IllegalStateException("it fails");
        });
        queue.incidents().listen((report, opened) -> heard.add(report));
        queue.incidents().report(List.of(report(IncidentCode.EVIDENCE, 1, "m")));
        assertThat(heard).hasSize(1);
    }

    @Test
    void anIncidentKeepsWhoHoldsItsResource() {
        queue.incidents()
                .report(List.of(report(IncidentCode.ORPHAN_CLAIM, 1, "x").withOwner("ROBOT")));
        queue.incidents().report(List.of(report(IncidentCode.ORPHAN_CLAIM, 1, "again")));
        assertThat(open(queue))
                .singleElement()
                .satisfies(incident -> assertThat(incident.report().owner()).isEqualTo("ROBOT"));
    }

    @Test
    void aResolvedIncidentStaysAndTheNextReportOpensAnother() {
        queue.incidents().report(List.of(report(IncidentCode.ORPHAN_CLAIM, 1, "x")));
        long id = open(queue).get(0).id();
        assertThat(queue.incidents().resolve(Actor.ofProcess(), id)).isTrue();
        assertThat(queue.incidents().resolve(Actor.ofProcess(), id)).isFalse();
        assertThat(open(queue)).isEmpty();
        queue.incidents().report(List.of(report(IncidentCode.ORPHAN_CLAIM, 1, "x")));
        assertThat(queue.incidents().list(Set.of(SITE), false, 10)).hasSize(2);
        assertThat(queue.incidents().list(Set.of("parks"), false, 10)).isEmpty();
        assertThat(queue.incidents().list(Set.of(), false, 1)).hasSize(1);
    }

    @Test
    void settlingASiteClosesOnlyWhatConcernsTheWholeOfIt() {
        queue.incidents()
                .report(List.of(
                        new Report(IncidentCode.SOURCE_UNREACHABLE, SITE, null, "down"),
                        new Report(IncidentCode.PATTERN_INVALID, SITE, null, "(("),
                        new Report(IncidentCode.SOURCE_UNREACHABLE, "parks", null, "down"),
                        report(IncidentCode.SOURCE_UNREACHABLE, 1, "one resource")));
        queue.incidents().closeOfSite(SITE, List.of(IncidentCode.SOURCE_UNREACHABLE, IncidentCode.LOGIN_FAILED));
        assertThat(open(queue))
                .extracting(incident -> incident.report().message())
                .containsExactlyInAnyOrder("((", "down", "one resource");
    }

    @Test
    void openIncidentsOfACodeAreReadInPagesAndClosedByTheirResources() {
        for (int id = 1; id <= 5; id++) {
            queue.incidents()
                    .report(List.of(
                            report(IncidentCode.ORPHAN_CLAIM, id, "m"), report(IncidentCode.CLAIM_UNKNOWN, id, "m")));
        }
        queue.incidents()
                .report(List.of(
                        new Report(IncidentCode.ORPHAN_CLAIM, SITE, null, "the whole site"),
                        new Report(IncidentCode.ORPHAN_CLAIM, "parks", ResourceId.of(3), "another site")));
        assertThat(resources(queue.incidents().open(SITE, IncidentCode.ORPHAN_CLAIM, null, 3)))
                .containsExactly("1", "2", "3");
        assertThat(resources(queue.incidents().open(SITE, IncidentCode.ORPHAN_CLAIM, ResourceId.of(3), 3)))
                .containsExactly("4", "5");

        queue.incidents().close(SITE, IncidentCode.ORPHAN_CLAIM, List.of(ResourceId.of(1), ResourceId.of(3)));
        queue.incidents().close(SITE, IncidentCode.ORPHAN_CLAIM, List.of());
        assertThat(resources(queue.incidents().open(SITE, IncidentCode.ORPHAN_CLAIM, null, 10)))
                .containsExactly("2", "4", "5");
        assertThat(open(queue)).as("others stay open").hasSize(3 + 5 + 2);
    }

    @Test
    void theOpenIncidentsOfSitesAsAWholeAreToldFromOthers() throws Exception {
        IncidentCode code = IncidentCode.CLAIMANT_SHARED;
        queue.incidents()
                .report(List.of(
                        report(code, 1, "of a resource"),
                        new Report(code, "parks", null, "another site"),
                        new Report(IncidentCode.LOGIN_FAILED, SITE, null, "another code")));
        queue.incidents().report(List.of(new Report(code, SITE, null, "the whole site").withOwner("ROBOT")));
        List<Incident> open = another().incidents().openOfSites(code);
        assertThat(open)
                .extracting(incident -> incident.report().message())
                .containsExactly("another site", "the whole site");
        assertThat(open.get(1).report().owner()).isEqualTo("ROBOT");
        assertThat(queue.incidents().openCodes())
                .containsOnly(
                        Map.entry(SITE, Set.of(code, IncidentCode.LOGIN_FAILED)), Map.entry("parks", Set.of(code)));
        queue.incidents().resolve(Actor.ofProcess(), open.get(1).id());
        assertThat(queue.incidents().openOfSites(code))
                .extracting(incident -> incident.report().siteId())
                .containsExactly("parks");
    }

    private static List<String> resources(List<Incident> incidents) {
        return incidents.stream()
                .map(incident -> incident.report().resourceId().value())
                .toList();
    }

    @Test
    void settlingAReservationClosesTheIncidentsThatItAnswers() {
        Stream.of(1, 2)
                .forEach(id -> queue.incidents()
                        .report(List.of(
                                report(IncidentCode.PAYLOAD_INVALID, id, "m"),
                                report(IncidentCode.CLAIM_FAILED, id, "m"),
                                report(IncidentCode.CLAIM_UNKNOWN, id, "m"),
                                report(IncidentCode.ORPHAN_CLAIM, id, "m"),
                                report(IncidentCode.BUSINESS_FAILURE, id, "m"))));
        settle(queue, reserve(queue, 1), CONFIRM);
        settle(queue, reserve(queue, 2), DROP);
        assertThat(open(queue))
                .filteredOn(
                        incident -> ResourceId.of(1).equals(incident.report().resourceId()))
                .extracting(incident -> incident.report().code())
                .containsExactly(IncidentCode.BUSINESS_FAILURE);
        assertThat(open(queue))
                .filteredOn(
                        incident -> ResourceId.of(2).equals(incident.report().resourceId()))
                .extracting(incident -> incident.report().code())
                .as("what was dropped is known, but not claimed")
                .containsExactlyInAnyOrder(
                        IncidentCode.PAYLOAD_INVALID,
                        IncidentCode.CLAIM_FAILED,
                        IncidentCode.ORPHAN_CLAIM,
                        IncidentCode.BUSINESS_FAILURE);
    }
}
