package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.config.Environment;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.notification.Delivery;
import dev.brain.internal.notification.Notification;
import dev.brain.internal.notification.Notifier;
import dev.brain.internal.notification.Outbox;
import dev.brain.internal.notification.Webhook;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceId;
import dev.brain.tck.NotificationReceiver.Answer;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a queue promises of telling of its incidents, and what the webhook makes of it. */
abstract class NotificationContract extends TaskQueueFixture {
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Actor ADA = new Actor("Ada");
    private static final Duration HOUR = Duration.ofHours(1);

    /** No machine is so slow. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** For servers that never answer. */
    private static final Duration HASTE = Duration.ofMillis(50);

    final NotificationReceiver receiver = new NotificationReceiver();
    private Outbox outbox;

    @BeforeEach
    void keep() {
        outbox = outbox(queue);
    }

    @AfterEach
    void closeReceiver() {
        receiver.close();
    }

    private static Outbox outbox(TaskQueue queue) {
        Outbox outbox = ((Outbox.Source) queue.incidents()).outbox();
        outbox.keep();
        return outbox;
    }

    private Delivery delivery(Duration timeout) {
        return new Delivery(outbox, new Webhook(receiver.uri(), null, timeout), clock);
    }

    private void deliverAll() throws InterruptedException {
        delivery(PATIENCE).run();
    }

    private void report(TaskQueue by, IncidentCode code, int... resources) {
        by.incidents()
                .report(IntStream.of(resources)
                        .mapToObj(id -> new Report(code, SITE, ResourceId.of(id), "Ada Lovelace's case"))
                        .toList());
    }

    private void report(int... resources) {
        report(queue, IncidentCode.CLAIM_FAILED, resources);
    }

    private void close(int resource) {
        queue.incidents().close(SITE, IncidentCode.CLAIM_FAILED, List.of(ResourceId.of(resource)));
    }

    private static List<Long> incidents(List<Notification> leased) {
        return leased.stream().map(each -> each.subject().incidentId()).toList();
    }

    private long incident(int resource) {
        return queue.incidents().list(Set.of(), false, 1_000).stream()
                .filter(each -> ResourceId.of(resource).equals(each.report().resourceId()))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void eachStateOfAnIncidentIsToldInOrderAndRepeatsAreCollected() throws Exception {
        report(1);
        deliverAll();
        report(1);
        report(1);
        deliverAll();
        assertThat(receiver.told()).containsExactly("incident_opened CLAIM_FAILED 1");
        clock.advance(HOUR);
        deliverAll();
        report(1);
        close(1);
        close(1);
        deliverAll();
        report(1);
        queue.incidents().resolve(ADA, incident(1));
        deliverAll();
        assertThat(receiver.told())
                .containsExactly(
                        "incident_opened CLAIM_FAILED 1",
                        "incident_repeated CLAIM_FAILED 3",
                        "incident_closed CLAIM_FAILED 4",
                        "incident_opened CLAIM_FAILED 1",
                        "incident_closed CLAIM_FAILED 1");
        assertThat(receiver.accepted().stream().map(body -> body.get("id").asLong()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aNotificationSaysWhereToLookAndHoldsNothingPersonal() throws Exception {
        long task = queued(queue, 4711);
        report(queue, IncidentCode.BUSINESS_FAILURE, 4711);
        queue.incidents().report(List.of(new Report(IncidentCode.LOGIN_FAILED, SITE, null, "wrong password", "a.png")));
        deliverAll();
        JsonNode first = receiver.accepted().get(0);
        assertThat(first.properties().stream().map(Map.Entry::getKey))
                .containsExactly("text", "id", "event", "incident", "site", "code", "task", "count", "time");
        assertThat(first.get("task").asLong()).isEqualTo(task);
        assertThat(first.get("incident").asLong()).isEqualTo(incident(4711));
        assertThat(first.get("site").asText()).isEqualTo(SITE);
        assertThat(first.get("time").asText()).isEqualTo(START.toString());
        assertThat(first.get("text").asText())
                .isEqualTo("Brain: BUSINESS_FAILURE at site fines (incident " + incident(4711) + ", task " + task
                        + "); see 'brain incidents show " + incident(4711) + "'");
        assertThat(receiver.accepted().get(1).has("task")).isFalse();
        assertThat(receiver.accepted().toString())
                .doesNotContain("Ada")
                .doesNotContain("2026/4711")
                .doesNotContain("password")
                .doesNotContain("a.png");
    }

    @Test
    void whatWorkersAndPeopleChangeIsToldToo() throws Exception {
        long task = queued(queue, 1);
        Worker.builder()
                .queue(queue)
                .clock(clock)
                .handler(SITE, context -> TaskOutcome.businessFailure("NO_FORM", "the form is gone"))
                .build()
                .drain();
        queue.operations().retry(ADA, task, false);
        deliverAll();
        assertThat(receiver.told())
                .containsExactly("incident_opened BUSINESS_FAILURE 1", "incident_closed BUSINESS_FAILURE 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Answer.class,
            names = {"FAIL", "BREAK", "REDIRECT", "HOLD"})
    void whatAServerDoesNotAcceptArrivesAfterwards(Answer answer) throws Exception {
        report(1, 2);
        close(1);
        receiver.answer(answer);
        Delivery failing = delivery(answer == Answer.HOLD ? HASTE : PATIENCE);
        Duration pause = failing.run();
        assertThat(pause).isEqualTo(Duration.ofSeconds(1));
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clock.advance(pause);
            pause = failing.run();
            pauses.add(pause);
        }
        assertThat(pauses).isSorted().endsWith(Duration.ofMinutes(5));
        receiver.answer(Answer.ACCEPT);
        clock.advance(pause);
        deliverAll();
        clock.advance(Duration.ofMinutes(5));
        deliverAll();
        assertThat(told(1))
                .as("in order, each once or more")
                .containsSubsequence("incident_opened", "incident_closed")
                .endsWith("incident_closed");
        assertThat(told(2)).contains("incident_opened");
        assertThat(outbox.lease(10, LEASE)).isEmpty();
    }

    /** The events of a resource's incidents, as they were accepted. */
    private List<String> told(int resource) {
        long incident = incident(resource);
        return receiver.accepted().stream()
                .filter(body -> body.path("incident").asLong() == incident)
                .map(body -> body.get("event").asText())
                .toList();
    }

    @Test
    void whatADeadServerMissesArrivesWhenItIsBack() throws Exception {
        report(1);
        Delivery delivery = delivery(PATIENCE);
        receiver.die();
        Duration pause = delivery.run();
        report(2);
        clock.advance(pause);
        delivery.run();
        close(1);
        receiver.rise();
        clock.advance(Duration.ofMinutes(5));
        delivery.run();
        assertThat(told(1)).containsExactly("incident_opened", "incident_closed");
        assertThat(told(2)).containsExactly("incident_opened");
    }

    @Test
    void anAnswerWithoutEndIsAnAnswer() throws Exception {
        report(1, 2);
        receiver.answer(Answer.ENDLESS);
        deliverAll();
        assertThat(receiver.told()).hasSize(2);
        assertThat(outbox.lease(10, LEASE)).isEmpty();
    }

    @Test
    void twoProcessesNeverDeliverTheSameNorOneIncidentAtOnce() throws Exception {
        Outbox other = outbox(another());
        report(1, 2, 3);
        close(1);
        List<Notification> mine = outbox.lease(2, LEASE);
        List<Notification> others = other.lease(10, LEASE);
        assertThat(incidents(mine)).containsExactly(incident(1), incident(2));
        assertThat(incidents(others))
                .as("the first incident's end waits for its beginning")
                .containsExactly(incident(3));
        outbox.delivered(mine.get(0));
        assertThat(other.lease(10, LEASE)).singleElement().satisfies(each -> {
            assertThat(each.subject().incidentId()).isEqualTo(incident(1));
            assertThat(each.event()).isEqualTo(Notification.Event.CLOSED);
        });
    }

    @Test
    void whatAProcessLeasedAndNeverDeliveredIsDeliveredByAnother() throws Exception {
        report(1);
        Notification lost = outbox.lease(10, LEASE).get(0);
        Outbox other = outbox(another());
        assertThat(other.lease(10, LEASE)).isEmpty();
        clock.advance(LEASE);
        assertThat(other.lease(10, LEASE)).extracting(Notification::id).containsExactly(lost.id());
        outbox.delivered(lost);
        outbox.failed(lost, Duration.ZERO, "late");
        outbox.release(List.of(lost));
        clock.advance(LEASE);
        assertThat(other.lease(10, LEASE))
                .as("whose lease ran out can change nothing")
                .hasSize(1);
    }

    @Test
    void aServerThatHangsStopsNeitherTheQueueNorAWorker() throws Exception {
        receiver.answer(Answer.HOLD);
        Environment environment =
                Environment.of(Map.of(Webhook.URL, receiver.uri().toString()));
        try (Notifier notifier = new Notifier(environment, queue.incidents(), clock)) {
            notifier.start();
            report(1);
            assertThat(receiver.awaitRequest().get("code").asText()).isEqualTo("CLAIM_FAILED");
            // the server holds the request while all of this is done
            long task = queued(queue, 2);
            CountDownLatch handled = new CountDownLatch(1);
            Worker.builder()
                    .queue(queue)
                    .clock(clock)
                    .environment(environment)
                    .handler(SITE, context -> {
                        handled.countDown();
                        return TaskOutcome.businessFailure("NO_FORM", "the form is gone");
                    })
                    .build()
                    .drain();
            assertThat(handled.getCount()).isZero();
            assertThat(queue.operations().find(task).orElseThrow().failureCode())
                    .isEqualTo("NO_FORM");
            close(1);
            assertThat(receiver.accepted()).isEmpty();
            receiver.release();
        }
        clock.advance(Duration.ofMinutes(5));
        deliverAll();
        assertThat(told(1)).containsSubsequence("incident_opened", "incident_closed");
        assertThat(told(2)).contains("incident_opened");
    }

    @Test
    void withoutAWebhookNothingIsKept() throws Exception {
        TaskQueue quiet = open(clock);
        opened.add(quiet);
        report(quiet, IncidentCode.CLAIM_FAILED, 1);
        quiet.incidents().resolve(ADA, incident(1));
        assertThat(outbox.lease(10, LEASE)).isEmpty();
    }

    @Test
    void whatIsTooOldIsDroppedAndToldOnce() throws Exception {
        report(1, 2);
        clock.advance(Duration.ofDays(7).plusSeconds(1));
        report(3);
        deliverAll();
        deliverAll();
        assertThat(receiver.told())
                .containsExactlyInAnyOrder("incident_opened CLAIM_FAILED 1", "notifications_dropped - 2");
        assertThat(told(3)).containsExactly("incident_opened");
    }

    @Test
    void whatIsTooMuchIsDroppedAndToldOnce() throws Exception {
        int most = 10_000;
        report(IntStream.rangeClosed(1, most + 7).toArray());
        receiver.die();
        Delivery delivery = delivery(PATIENCE);
        Duration pause = delivery.run();
        report(most + 8);
        clock.advance(pause);
        delivery.run();
        receiver.rise();
        clock.advance(Duration.ofMinutes(5));
        List<Notification> left = outbox.lease(2 * most, LEASE);
        assertThat(left.stream().filter(each -> each.subject() == null))
                .singleElement()
                .satisfies(dropped -> {
                    assertThat(dropped.event()).isEqualTo(Notification.Event.DROPPED);
                    assertThat(dropped.count()).isBetween(8, 9);
                });
        assertThat(left).hasSizeBetween(most, most + 1);
    }

    @Test
    void aFinishedTaskWithoutAnIncidentIsNotTold() throws Exception {
        queued(queue, 1);
        Worker.builder()
                .queue(queue)
                .clock(clock)
                .handler(SITE, context -> TaskOutcome.done())
                .build()
                .drain();
        assertThat(outbox.lease(10, LEASE)).isEmpty();
    }
}
