package dev.brain.tck;

import static dev.brain.queue.Settlement.Verdict.CONFIRM;
import static dev.brain.queue.Settlement.Verdict.DROP;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.payload.Payload;
import dev.brain.queue.Actor;
import dev.brain.queue.QueueState;
import dev.brain.queue.Reservation;
import dev.brain.queue.Settlement;
import dev.brain.queue.Settlement.Verdict;
import dev.brain.queue.Task;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link TaskQueue} promises. */
public abstract class TaskQueueContract {
    private static final String SITE = "fines";
    private static final Claimant ROBOT = new Claimant("ROBOT");

    /** The time at the start of each test, to the second. */
    protected static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    /** What the queues go by. */
    protected final SettableClock clock = new SettableClock(START);

    private final List<TaskQueue> opened = new ArrayList<>();
    private TaskQueue queue;

    /** Opens a queue; within one test always on the same storage, which is empty at its start. */
    protected abstract TaskQueue open(Clock clock) throws Exception;

    @BeforeEach
    void openQueue() throws Exception {
        queue = another();
    }

    @AfterEach
    void closeQueues() {
        opened.forEach(TaskQueue::close);
    }

    private TaskQueue another() throws Exception {
        TaskQueue another = open(clock);
        opened.add(another);
        return another;
    }

    /** Ends a run: what it left behind is nobody's. */
    private void end(TaskQueue ended) {
        ended.close();
        opened.remove(ended);
    }

    protected static TaskDraft draft(int id) {
        return draft(SITE, id, 0);
    }

    protected static TaskDraft draft(String site, int id, int priority) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("idRecurso", id);
        content.put("expediente", "2026/" + id);
        Resource resource = new Resource(ResourceId.of(id), "2026/" + id, Map.of("idRecurso", (long) id, "TExp", 2L));
        return new TaskDraft(site, resource, Payload.of(content), ROBOT, priority);
    }

    private static List<TaskDraft> drafts(int... ids) {
        return IntStream.of(ids).mapToObj(TaskQueueContract::draft).toList();
    }

    private static Reservation reserve(TaskQueue queue, int id) {
        List<Reservation> reservations = queue.reserve(drafts(id));
        assertThat(reservations).hasSize(1);
        return reservations.get(0);
    }

    private static int settle(TaskQueue queue, Reservation reservation, Verdict verdict) {
        return queue.settle(List.of(new Settlement(reservation, verdict)));
    }

    private static long queued(TaskQueue queue, int id) {
        Reservation reservation = reserve(queue, id);
        assertThat(settle(queue, reservation, CONFIRM)).isEqualTo(1);
        return reservation.id();
    }

    private static List<Task> tasks(TaskQueue queue, int id) {
        return queue.operations().list(new TaskFilter(Set.of(SITE), Set.of(), ResourceId.of(id), 1000));
    }

    private static List<TaskStatus> statuses(TaskQueue queue, int id) {
        return tasks(queue, id).stream().map(Task::status).toList();
    }

    private static List<String> ids(Collection<Reservation> reservations) {
        return reservations.stream().map(each -> each.resourceId().value()).toList();
    }

    private static QueueState standing(TaskQueue queue, int id) {
        return queue.standings(SITE, List.of(ResourceId.of(id))).get(ResourceId.of(id));
    }

    // reserve

    @Test
    void aReservationIsClaimingAndSurvivesClosing() throws Exception {
        Reservation reservation = reserve(queue, 7);
        assertThat(reservation.reservedAt()).isEqualTo(START);
        end(queue);
        Task task = another().operations().find(reservation.id()).orElseThrow();
        assertThat(task.status()).isEqualTo(TaskStatus.CLAIMING);
        assertThat(task.siteId()).isEqualTo(SITE);
        assertThat(task.resourceId()).isEqualTo(ResourceId.of(7));
        assertThat(task.reference()).isEqualTo("2026/7");
        assertThat(task.claimant()).isEqualTo("ROBOT");
        assertThat(task.payload()).isEqualTo("{\"idRecurso\":7,\"expediente\":\"2026/7\"}");
        assertThat(task.createdAt()).isEqualTo(START);
        assertThat(task.attempts()).isZero();
        assertThat(task.failure()).isNull();
    }

    @Test
    void anActiveResourceIsLeftOutWhoeverReservesIt() throws Exception {
        reserve(queue, 1);
        queued(queue, 2);
        assertThat(ids(another().reserve(drafts(1, 2, 3)))).containsExactly("3");
    }

    @Test
    void aResourceThatComesTwiceInABatchIsReservedOnce() {
        assertThat(ids(queue.reserve(drafts(1, 1, 2)))).containsExactly("1", "2");
    }

    @Test
    void theSameIdInAnotherSiteIsAnotherResource() {
        reserve(queue, 1);
        assertThat(queue.reserve(List.of(draft("parks", 1, 0)))).hasSize(1);
    }

    @Test
    void aBlockedResourceIsLeftOutUntilItIsUnblocked() {
        assertThat(queue.operations().cancel(Actor.ofProcess(), queued(queue, 1)))
                .isTrue();
        assertThat(queue.reserve(drafts(1, 2))).hasSize(1);
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                .isTrue();
        assertThat(queue.reserve(drafts(1, 2))).hasSize(1);
    }

    @Test
    void nothingToReserveIsNothingReserved() {
        assertThat(queue.reserve(List.of())).isEmpty();
        assertThat(queue.settle(List.of())).isZero();
        assertThat(queue.standings(SITE, List.of())).isEmpty();
    }

    // settle

    @Test
    void confirmingMakesPendingAndDroppingLeavesNothing() {
        List<Reservation> reserved = queue.reserve(drafts(1, 2, 3));
        int visible = queue.settle(List.of(
                new Settlement(reserved.get(0), CONFIRM),
                new Settlement(reserved.get(1), DROP),
                new Settlement(reserved.get(2), CONFIRM)));
        assertThat(visible).isEqualTo(2);
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
        assertThat(statuses(queue, 2)).isEmpty();
        assertThat(statuses(queue, 3)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void settlingTwiceDoesNothing() {
        Reservation won = reserve(queue, 1);
        Reservation lost = reserve(queue, 2);
        settle(queue, won, CONFIRM);
        settle(queue, lost, DROP);
        assertThat(settle(queue, won, CONFIRM)).isZero();
        assertThat(settle(queue, lost, DROP)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
        assertThat(statuses(queue, 2)).isEmpty();
    }

    @Test
    void droppingAfterConfirmingChangesNothing() throws Exception {
        Reservation reservation = reserve(queue, 1);
        settle(queue, reservation, CONFIRM);
        assertThat(settle(another(), reservation, DROP)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void confirmingATaskThatHasEndedChangesNothing() {
        Reservation reservation = reserve(queue, 1);
        settle(queue, reservation, CONFIRM);
        queue.operations().cancel(Actor.ofProcess(), reservation.id());
        assertThat(settle(queue, reservation, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.CANCELLED);
    }

    @Test
    void confirmingWhatAnotherDroppedQueuesItAnew() throws Exception {
        Reservation reservation = reserve(queue, 1);
        settle(another(), reservation, DROP);
        assertThat(settle(queue, reservation, CONFIRM)).isEqualTo(1);
        Task task = tasks(queue, 1).get(0);
        assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(task.id()).isGreaterThan(reservation.id());
        assertThat(task.payload()).isEqualTo("{\"idRecurso\":1,\"expediente\":\"2026/1\"}");
        assertThat(task.claimant()).isEqualTo("ROBOT");
        assertThat(settle(queue, reservation, CONFIRM)).as("again").isZero();
        assertThat(tasks(queue, 1)).hasSize(1);
    }

    @Test
    void confirmingWhatAnotherDroppedAndReservedAgainMakesTheirsVisible() throws Exception {
        TaskQueue other = another();
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        Reservation theirs = reserve(other, 1);
        assertThat(settle(queue, mine, CONFIRM)).isEqualTo(1);
        assertThat(other.operations().find(theirs.id()).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
        assertThat(settle(other, theirs, DROP)).as("they lost to us").isZero();
        assertThat(settle(other, theirs, CONFIRM))
                .as("or found it theirs already")
                .isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void confirmingWhatALaterReservationConfirmedAddsNothing() throws Exception {
        TaskQueue other = another();
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        settle(other, reserve(other, 1), CONFIRM);
        assertThat(settle(queue, mine, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void confirmingWhatALaterTaskEndedAddsNothing() throws Exception {
        TaskQueue other = another();
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        long later = queued(other, 1);
        other.operations().cancel(Actor.ofProcess(), later);
        assertThat(settle(queue, mine, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.CANCELLED);
    }

    @Test
    void confirmingBringsATaskAlthoughAnEarlierOneHasEnded() throws Exception {
        queue.operations().cancel(Actor.ofProcess(), queued(queue, 1));
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1));
        Reservation mine = reserve(queue, 1);
        settle(another(), mine, DROP);
        assertThat(settle(queue, mine, CONFIRM)).isEqualTo(1);
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING, TaskStatus.CANCELLED);
    }

    @Test
    void confirmingBesideAnEarlierTaskThatIsActiveAgainAddsNothing() throws Exception {
        TaskQueue other = another();
        long earlier = queued(queue, 1);
        queue.operations().cancel(Actor.ofProcess(), earlier);
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1));
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        assertThat(other.operations().retry(Actor.ofProcess(), earlier)).isTrue();
        assertThat(settle(queue, mine, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void ofTwoWhoRecoverTheSameReservationBothEndAlike() throws Exception {
        Reservation left = reserve(queue, 1);
        end(queue);
        TaskQueue first = another();
        TaskQueue second = another();
        Reservation seenByFirst = first.unsettled().get(0);
        Reservation seenBySecond = second.unsettled().get(0);
        assertThat(seenByFirst.id()).isEqualTo(left.id());
        assertThat(settle(first, seenByFirst, CONFIRM)).isEqualTo(1);
        assertThat(settle(second, seenBySecond, CONFIRM)).isZero();
        assertThat(statuses(first, 1)).containsExactly(TaskStatus.PENDING);
    }

    // unsettled

    @Test
    void whatThisRunLeftUnsettledIsUnsettled() {
        Reservation reservation = reserve(queue, 1);
        assertThat(queue.unsettled()).extracting(Reservation::id).containsExactly(reservation.id());
        settle(queue, reservation, CONFIRM);
        assertThat(queue.unsettled()).isEmpty();
    }

    @Test
    void whatALiveRunReservedIsLeftToIt() throws Exception {
        reserve(queue, 1);
        TaskQueue other = another();
        assertThat(other.unsettled()).isEmpty();
        end(queue);
        assertThat(other.unsettled()).hasSize(1);
    }

    @Test
    void anUnsettledReservationIsAllThatWasReserved() throws Exception {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("idRecurso", 5L);
        columns.put("Expedient", " 2026/5 ");
        columns.put("amount", new BigDecimal("12.50"));
        columns.put("urgent", true);
        columns.put("FAlta", LocalDateTime.parse("2018-12-11T12:50:32.863"));
        columns.put("nothing", null);
        Resource resource = new Resource(ResourceId.of(5), " 2026/5 ", columns);
        ObjectNode content = JsonNodeFactory.instance.objectNode().put("idRecurso", 5);
        content.putArray("adjuntos").addObject().put("filename", "añadido \"1\".pdf");
        TaskDraft draft = new TaskDraft(SITE, resource, new Payload(content, "P2"), new Claimant("Núria"), 9);
        Reservation reservation = queue.reserve(List.of(draft)).get(0);
        assertThat(reservation.draft()).isEqualTo(draft);
        end(queue);
        TaskQueue next = another();
        assertThat(next.unsettled()).containsExactly(reservation);
        assertThat(next.operations().reservation(reservation.id())).contains(reservation);
        assertThat(next.operations().find(reservation.id()).orElseThrow().protocol())
                .isEqualTo("P2");
    }

    @Test
    void whatWasReservedIsKnownAfterTheTaskEnded() {
        Reservation reservation = reserve(queue, 1);
        settle(queue, reservation, CONFIRM);
        queue.operations().cancel(Actor.ofProcess(), reservation.id());
        assertThat(queue.operations().reservation(reservation.id())).contains(reservation);
        assertThat(queue.operations().reservation(reservation.id() + 1)).isEmpty();
    }

    // standings

    @Test
    void standingsTellActiveBlockedAndNothing() {
        reserve(queue, 1);
        queued(queue, 2);
        queue.operations().cancel(Actor.ofProcess(), queued(queue, 3));
        queue.operations().cancel(Actor.ofProcess(), queued(queue, 4));
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(4));
        List<ResourceId> asked =
                IntStream.rangeClosed(1, 5).mapToObj(ResourceId::of).toList();
        assertThat(queue.standings(SITE, asked))
                .containsOnly(
                        Map.entry(ResourceId.of(1), QueueState.ACTIVE),
                        Map.entry(ResourceId.of(2), QueueState.ACTIVE),
                        Map.entry(ResourceId.of(3), QueueState.BLOCKED));
        assertThat(queue.standings("parks", asked)).isEmpty();
    }

    @Test
    void standingsAnswerForThousandsAtOnce() {
        queue.settle(queue
                .reserve(IntStream.rangeClosed(1, 1500)
                        .mapToObj(TaskQueueContract::draft)
                        .toList())
                .stream()
                .map(each -> new Settlement(each, CONFIRM))
                .toList());
        List<ResourceId> asked =
                IntStream.rangeClosed(1, 3000).mapToObj(ResourceId::of).toList();
        assertThat(queue.standings(SITE, asked)).hasSize(1500).containsKey(ResourceId.of(1500));
    }

    @Test
    void numbersOfAResourceComeBackAsTheyWereRead() {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("small", 7L);
        columns.put("long", Long.MAX_VALUE);
        columns.put("beyond", new BigDecimal("12345678901234567890123456789"));
        columns.put("price", new BigDecimal("10.50"));
        columns.put("fine", new BigDecimal("0.00000000000000000001"));
        TaskDraft template = draft(1);
        Reservation reservation = queue.reserve(List.of(new TaskDraft(
                        SITE,
                        new Resource(ResourceId.of(1), "2026/1", columns),
                        template.payload(),
                        template.claimant(),
                        0)))
                .get(0);
        assertThat(queue.operations()
                        .reservation(reservation.id())
                        .orElseThrow()
                        .draft()
                        .resource()
                        .columns())
                .isEqualTo(columns);
        assertThat(queue.unsettled()).hasSize(1);
    }

    // retry, cancel, unblock

    @Test
    void onlyWhatWaitsIsCancelled() {
        Reservation reservation = reserve(queue, 1);
        assertThat(queue.operations().cancel(Actor.ofProcess(), reservation.id()))
                .as("unsettled")
                .isFalse();
        settle(queue, reservation, CONFIRM);
        clock.advance(Duration.ofMinutes(1));
        assertThat(queue.operations().cancel(Actor.ofProcess(), reservation.id()))
                .isTrue();
        assertThat(queue.operations().cancel(Actor.ofProcess(), reservation.id()))
                .as("ended")
                .isFalse();
        assertThat(queue.operations().cancel(Actor.ofProcess(), 4711))
                .as("no such task")
                .isFalse();
        assertThat(queue.operations().find(reservation.id()).orElseThrow().processedAt())
                .isEqualTo(START.plus(Duration.ofMinutes(1)));
    }

    @Test
    void retryingMakesACancelledTaskPendingAndItsResourceActive() {
        long id = queued(queue, 1);
        assertThat(queue.operations().retry(Actor.ofProcess(), id))
                .as("it waits anyway")
                .isFalse();
        queue.operations().cancel(Actor.ofProcess(), id);
        assertThat(queue.operations().retry(Actor.ofProcess(), id)).isTrue();
        assertThat(standing(queue, 1)).isEqualTo(QueueState.ACTIVE);
        assertThat(queue.operations().find(id).orElseThrow().processedAt()).isNull();
        assertThat(queue.operations().retry(Actor.ofProcess(), 4711)).isFalse();
    }

    @Test
    void retryingBesideAnActiveTaskIsRefused() {
        long first = queued(queue, 1);
        queue.operations().cancel(Actor.ofProcess(), first);
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1));
        reserve(queue, 1);
        assertThat(queue.operations().retry(Actor.ofProcess(), first)).isFalse();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.CLAIMING, TaskStatus.CANCELLED);
    }

    @Test
    void aTaskThatIsCancelledAgainBlocksAgain() {
        long id = queued(queue, 1);
        queue.operations().cancel(Actor.ofProcess(), id);
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                .isTrue();
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                .as("nothing blocks it")
                .isFalse();
        queue.operations().retry(Actor.ofProcess(), id);
        queue.operations().cancel(Actor.ofProcess(), id);
        assertThat(standing(queue, 1)).isEqualTo(QueueState.BLOCKED);
    }

    // looking

    @Test
    void tasksAreListedNewestFirstByEveryFilter() {
        queued(queue, 1);
        reserve(queue, 2);
        queue.settle(List.of(
                new Settlement(queue.reserve(List.of(draft("parks", 1, 3))).get(0), CONFIRM)));
        assertThat(queue.operations().list(TaskFilter.newest(10)))
                .extracting(Task::siteId)
                .containsExactly("parks", SITE, SITE);
        assertThat(queue.operations().list(TaskFilter.newest(1)))
                .extracting(Task::priority)
                .containsExactly(3);
        assertThat(queue.operations().list(new TaskFilter(Set.of(SITE), Set.of(TaskStatus.PENDING), null, 10)))
                .extracting(Task::resourceId)
                .containsExactly(ResourceId.of(1));
        assertThat(queue.operations().list(new TaskFilter(Set.of(), Set.of(), ResourceId.of(1), 10)))
                .hasSize(2);
        assertThat(queue.operations().find(4711)).isEmpty();
    }

    @Test
    void countsAreBySiteAndStatus() {
        queued(queue, 1);
        queued(queue, 2);
        reserve(queue, 3);
        queue.reserve(List.of(draft("a-first", 1, 0)));
        assertThat(queue.operations().counts())
                .containsExactly(
                        Map.entry("a-first", Map.of("claiming", 1L)),
                        Map.entry(SITE, Map.of("claiming", 1L, "pending", 2L)));
    }

    // incidents

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
        assertThat(queue.incidents().resolve(id)).isTrue();
        assertThat(queue.incidents().resolve(id)).isFalse();
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
        queue.incidents().resolve(open.get(1).id());
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

    // many at once

    private static <T> List<T> together(List<Callable<T>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            CyclicBarrier start = new CyclicBarrier(work.size());
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> each : work) {
                running.add(threads.submit(() -> {
                    start.await();
                    return each.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void manyWhoReserveTheSameResourcesNeverGetOneTwice() throws Exception {
        TaskQueue other = another();
        List<Callable<List<Reservation>>> work = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            TaskQueue mine = thread % 2 == 0 ? queue : other;
            int seed = thread;
            work.add(() -> {
                List<Integer> ids =
                        new ArrayList<>(IntStream.rangeClosed(1, 60).boxed().toList());
                Collections.rotate(ids, seed * 7);
                List<Reservation> got = new ArrayList<>();
                for (int from = 0; from < ids.size(); from += 6) {
                    got.addAll(mine.reserve(ids.subList(from, from + 6).stream()
                            .map(TaskQueueContract::draft)
                            .toList()));
                }
                return got;
            });
        }
        List<Reservation> all = together(work).stream().flatMap(List::stream).toList();
        assertThat(ids(all))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 60).mapToObj(String::valueOf).toList());
        assertThat(queue.operations().list(TaskFilter.newest(1000))).hasSize(60);
    }

    @Test
    void confirmersAndDroppersOfTheSameReservationsLoseNoClaim() throws Exception {
        TaskQueue other = another();
        List<Reservation> reserved = queue.reserve(
                IntStream.rangeClosed(1, 40).mapToObj(TaskQueueContract::draft).toList());
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < 6; thread++) {
            TaskQueue mine = thread % 2 == 0 ? queue : other;
            Verdict verdict = thread < 3 ? CONFIRM : DROP;
            work.add(() -> reserved.stream()
                    .mapToInt(each -> settle(mine, each, verdict))
                    .sum());
        }
        int visible = together(work).stream().mapToInt(Integer::intValue).sum();
        assertThat(visible).isEqualTo(40);
        assertThat(queue.operations().list(TaskFilter.newest(1000)))
                .hasSize(40)
                .allMatch(task -> task.status() == TaskStatus.PENDING);
    }

    @Test
    void retriersAndReserversNeverMakeTwoActiveTasks() throws Exception {
        List<Long> cancelled = IntStream.rangeClosed(1, 30)
                .mapToObj(id -> {
                    long task = queued(queue, id);
                    queue.operations().cancel(Actor.ofProcess(), task);
                    queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(id));
                    return task;
                })
                .toList();
        TaskQueue other = another();
        together(List.<Callable<Long>>of(
                () -> cancelled.stream()
                        .filter(id -> queue.operations().retry(Actor.ofProcess(), id))
                        .count(),
                () -> (long) IntStream.rangeClosed(1, 30)
                        .map(id -> other.reserve(drafts(id)).size())
                        .sum(),
                () -> cancelled.stream()
                        .filter(id -> other.operations().retry(Actor.ofProcess(), id))
                        .count()));
        for (int id = 1; id <= 30; id++) {
            assertThat(tasks(queue, id).stream().filter(task -> task.status().isActive()))
                    .hasSize(1);
        }
    }
}
