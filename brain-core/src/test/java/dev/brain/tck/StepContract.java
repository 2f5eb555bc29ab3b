package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.history.Actor;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Event;
import dev.brain.history.History.Filter;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.Step;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.work.LeaseLostException;
import dev.brain.work.TaskOutcome;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Steps of handlers, which run once for each task. */
abstract class StepContract extends WorkerFixture {
    private static final Actor ANNA = new Actor("anna");
    private static final Duration LONG = Duration.ofMinutes(5);

    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    private Lease take() {
        List<Lease> leases = queue.take(new TakeRequest("robot-1", 1, LONG, List.of(SiteLimits.none(SITE))));
        assertThat(leases).hasSize(1);
        return leases.get(0);
    }

    private String ran(String what) {
        ran.add(what);
        return what;
    }

    private void makeDue() {
        clock.advance(Duration.ofHours(2));
    }

    @Test
    void aLaterAttemptGoesOnBehindWhatIsDone() throws Exception {
        long id = queued(1);
        for (int attempt = 1; attempt <= 2; attempt++) {
            boolean first = attempt == 1;
            drain(context -> {
                assertThat(context.step("fetch", () -> Map.of("page", ran("fetch"), "price", new BigDecimal("10.50")))
                                .toString())
                        .isEqualTo(context.step("fetch", () -> ran("again")).toString())
                        .contains("10.50");
                assertThat(context.submit("file", () -> ran("file")).asText()).isEqualTo("file");
                JsonNode nothing = context.step("nothing", () -> {
                    ran("nothing");
                    return null;
                });
                assertThat(nothing.isNull()).isTrue();
                if (first) {
                    throw new IllegalStateException("after the submission");
                }
                return TaskOutcome.done();
            });
            makeDue();
        }
        assertThat(ran).containsExactly("fetch", "file", "nothing");
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(incidents()).isEmpty();
        List<Entry> history = new ArrayList<>(queue.history().list(Filter.ofTask(id, 100)));
        Collections.reverse(history);
        assertThat(history)
                .extracting(Entry::event)
                .containsExactly(
                        Event.RESERVED,
                        Event.CLAIMED,
                        Event.TAKEN,
                        Event.STEP_DONE,
                        Event.SUBMITTING,
                        Event.SUBMITTED,
                        Event.STEP_DONE,
                        Event.RETRIED,
                        Event.DUE,
                        Event.TAKEN,
                        Event.COMPLETED);
        assertThat(history.get(5).detail()).isEqualTo("file");
        assertThat(history.get(5).actor().kind()).isEqualTo(Actor.Kind.WORKER);
    }

    @Test
    void aStepThatFailsRunsAgain() throws Exception {
        long id = queued(1);
        AtomicInteger times = new AtomicInteger();
        for (int attempt = 1; attempt <= 2; attempt++) {
            drain(context -> {
                context.step("fetch", () -> {
                    if (times.incrementAndGet() == 1) {
                        throw new IOException("no page");
                    }
                    return "page";
                });
                return TaskOutcome.done();
            });
            makeDue();
        }
        assertThat(times).hasValue(2);
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void onlyAFailureWithinTheSubmissionLeavesItUnknown() throws Exception {
        long id = queued(1);
        drain(context -> {
            context.submit("file", () -> {
                throw new IOException("no answer");
            });
            return TaskOutcome.done();
        });
        assertThat(task(id).failureCode()).isEqualTo("SUBMIT_UNKNOWN");
        assertThat(incidents()).containsExactly(IncidentCode.SUBMIT_UNKNOWN);
        assertThat(queue.operations().retry(ANNA, id)).as("nobody has checked").isFalse();
        assertThat(queue.operations().retry(ANNA, id, true)).isTrue();
        drain(context -> {
            context.submit("file", () -> ran("file"));
            return TaskOutcome.done();
        });
        assertThat(ran).containsExactly("file");
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void aHandlerThatSwallowsTheFailureOfASubmissionIsNotTriedAgain() throws Exception {
        long id = queued(1);
        drain(context -> {
            assertThatThrownBy(() -> context.submit("file", () -> {
                        ran("file");
                        throw new IOException("the answer did not come");
                    }))
                    .isInstanceOf(IOException.class);
            return TaskOutcome.technicalFailure("TIMEOUT", "the site did not answer");
        });
        makeDue();
        drain(context -> TaskOutcome.done());

        assertThat(ran).containsExactly("file");
        assertThat(task(id).mayBeSubmitted()).isTrue();
    }

    @Test
    void aTaskWithAReceiptIsNotRetriedAsIfItWereNotSubmitted() throws Exception {
        long id = queued(1);
        drain(context -> {
            context.submit("file", () -> ran("file"));
            return TaskOutcome.businessFailure("ODD", "the receipt is odd");
        });

        assertThatThrownBy(() -> queue.operations().retry(ANNA, id, true)).hasMessageContaining("receipt");
        assertThat(queue.operations().retry(ANNA, id, false)).isTrue();
    }

    @Test
    void aLostLeaseStoresNothing() {
        long id = queued(1);
        Lease lease = take();
        assertThat(queue.record(lease, new Step("fetch", "1", false))).isTrue();
        assertThat(queue.record(lease, new Step("fetch", "2", false)))
                .as("repeated")
                .isTrue();
        assertThat(queue.steps(id)).containsExactly(new Step("fetch", "1", false));
        clock.advance(LONG.plusSeconds(1));
        assertThat(queue.record(lease, new Step("late", "1", false))).isFalse();
        queue.sweep();
        Lease next = take();
        assertThat(queue.record(lease, new Step("late", "1", true))).isFalse();
        assertThat(queue.steps(id)).hasSize(1);
        assertThat(queue.note(next, Note.SUBMITTING, "file")).isTrue();
        assertThat(queue.record(next, new Step("step", "1", false))).isTrue();
        clock.advance(LONG.plusSeconds(1));
        queue.sweep();
        assertThat(task(id).failureCode()).as("a step ends no submission").isEqualTo("SUBMIT_UNKNOWN");
    }

    @Test
    void aLeaseThatIsLostAfterTheReceiptLeavesNothingUnknown() {
        long id = queued(1);
        Lease lease = take();
        queue.note(lease, Note.SUBMITTING, "file");
        assertThat(queue.record(lease, new Step("file", "\"R1\"", true))).isTrue();
        clock.advance(LONG.plusSeconds(1));
        queue.sweep();
        assertThat(task(id).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(queue.steps(take().taskId())).containsExactly(new Step("file", "\"R1\"", true));
    }

    @Test
    void aHandlerWithoutItsLeaseSubmitsNothing() throws Exception {
        queued(1);
        drain(context -> {
            clock.advance(Duration.ofHours(1));
            queue.sweep();
            assertThatThrownBy(() -> context.submit("file", () -> ran("file"))).isInstanceOf(LeaseLostException.class);
            assertThatThrownBy(() -> context.step("fetch", () -> ran("fetch"))).isInstanceOf(LeaseLostException.class);
            throw new IllegalStateException("ends here");
        });
        assertThat(ran).doesNotContain("file");
    }

    @Test
    void aReceiptWaitsForAQueueThatIsUnavailable() throws Exception {
        long id = queued(1);
        AtomicInteger refused = new AtomicInteger();
        TaskQueue flaky = new Hooked(queue)
                .before("record", () -> {
                    if (refused.incrementAndGet() <= 2) {
                        throw new UnavailableException("the disk is full");
                    }
                })
                .queue();
        builder(flaky)
                .handler(SITE, context -> {
                    context.submit("file", () -> ran("file"));
                    return TaskOutcome.done();
                })
                .build()
                .drain();
        assertThat(refused).hasValue(3);
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(queue.steps(id)).hasSize(1);
    }

    @Test
    void whatCannotBeStoredIsToldInOneLine() throws Exception {
        long id = queued(1);
        drain(context -> {
            assertThatThrownBy(() -> context.step("big", () -> "x".repeat(70_000)))
                    .isInstanceOf(BrainException.class)
                    .hasMessageContaining("'big'")
                    .hasMessageContaining("has 70002 bytes of JSON, and at most 65536 are stored");
            assertThatThrownBy(() -> context.step("odd", Object::new))
                    .isInstanceOf(BrainException.class)
                    .hasMessageContaining("'odd'")
                    .hasMessageContaining("can't be written as JSON");
            assertThatThrownBy(() -> context.step(" ", () -> 1)).isInstanceOf(IllegalArgumentException.class);
            context.step("one", () -> 1);
            assertThatThrownBy(() -> context.submit("one", () -> ran("file")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("two names");
            context.submit("file", () -> "x".repeat(70_000));
            return TaskOutcome.done();
        });
        assertThat(ran).isEmpty();
        assertThat(task(id).failureCode()).as("it was submitted").isEqualTo("SUBMIT_UNKNOWN");
        assertThat(task(id).failure()).contains("has 70002 bytes");
        assertThat(queue.steps(id)).hasSize(1);
    }

    @Test
    void aSubmissionWithoutAReceiptPreventsAnother() throws Exception {
        queued(1);
        drain(context -> {
            context.submitting();
            assertThatThrownBy(() -> context.submit("file", () -> ran("file")))
                    .isInstanceOf(IllegalStateException.class);
            return TaskOutcome.done();
        });
        assertThat(ran).isEmpty();
    }

    @Test
    void aResourceWithAReceiptIsNotFreedByMistake() {
        long id = queued(1);
        Lease lease = take();
        queue.note(lease, Note.SUBMITTING, "file");
        queue.record(lease, new Step("file", "\"R1\"", true));
        queue.finish(lease, new TaskResult.Returned());
        assertThat(queue.operations().cancel(ANNA, id)).isTrue();
        assertThat(queue.operations().unblock(ANNA, SITE, ResourceId.of(1))).isFalse();
        assertThat(queue.operations().retry(ANNA, id))
                .as("it goes on behind it")
                .isTrue();
        queue.operations().cancel(ANNA, id);
        assertThat(queue.operations().unblock(ANNA, SITE, ResourceId.of(1), true))
                .isTrue();
    }

    @Test
    void pruningDeletesResults() {
        long id = queued(1);
        Lease lease = take();
        queue.record(lease, new Step("fetch", "\"a named person\"", false));
        queue.finish(lease, new TaskResult.Completed(null));
        clock.advance(Duration.ofDays(1));
        assertThat(queue.operations().prune(ANNA, clock.instant()).pruned()).isEqualTo(1);
        assertThat(queue.steps(id)).containsExactly(new Step("fetch", "null", false));
    }
}
