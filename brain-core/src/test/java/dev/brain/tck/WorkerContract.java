package dev.brain.tck;

import static dev.brain.queue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.cycle.BrainEvent;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.payload.Payload;
import dev.brain.queue.Actor;
import dev.brain.queue.Failure;
import dev.brain.queue.Settlement;
import dev.brain.queue.Task;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.work.LeaseLostException;
import dev.brain.work.RetryPolicy;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import dev.brain.work.WorkerBuilder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a {@link Worker} makes of a queue, whatever handlers do and whatever happens to the queue. */
public abstract class WorkerContract {
    private static final String SITE = "fines";
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");
    /** Short, because leases are renewed at a third of it in real time; how long it lasts the settable clock says. */
    private static final Duration LEASE = Duration.ofMillis(90);

    private final SettableClock clock = new SettableClock(START);
    private TaskQueue queue;
    private Worker worker;

    /** Opens a queue; within one test always on the same storage, which is empty at its start. */
    protected abstract TaskQueue open(Clock clock) throws Exception;

    @BeforeEach
    void openQueue() throws Exception {
        queue = open(clock);
    }

    @AfterEach
    void closeAll() {
        if (worker != null) {
            worker.close();
        }
        queue.close();
    }

    private long queued(String site, int id) {
        var reservation =
                queue.reserve(List.of(TaskQueueContract.draft(site, id, 0))).get(0);
        queue.settle(List.of(new Settlement(reservation, CONFIRM)));
        return reservation.id();
    }

    private long queued(int id) {
        return queued(SITE, id);
    }

    private WorkerBuilder builder(TaskQueue on) {
        return Worker.builder()
                .queue(on)
                .owner("w1")
                .lease(LEASE)
                .poll(Duration.ofMillis(5))
                .retry(new RetryPolicy(3, Duration.ofSeconds(30), Duration.ofHours(1), 0))
                .clock(clock);
    }

    private Worker started(TaskHandler handler) {
        return started(queue, handler);
    }

    private Worker started(TaskQueue on, TaskHandler handler) {
        worker = builder(on).handler(SITE, handler).build();
        worker.start();
        return worker;
    }

    /** Works off what is ready now. */
    private void drain(TaskHandler handler) throws InterruptedException {
        builder(queue).handler(SITE, handler).build().drain();
    }

    private Task task(long id) {
        return queue.operations().find(id).orElseThrow();
    }

    private List<IncidentCode> incidents() {
        return queue.incidents().list(Set.of(), true, 100).stream()
                .map(incident -> incident.report().code())
                .toList();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }

    /** Waits as a handler does that lets nobody disturb it. */
    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // ignored, which is the point
            }
        }
    }

    // what a handler says

    @Test
    void manyThreadsDoEachTaskOnce() throws Exception {
        IntStream.rangeClosed(1, 100).forEach(this::queued);
        Queue<String> done = new ConcurrentLinkedQueue<>();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch allThere = new CountDownLatch(4);
        builder(queue)
                .threads(4)
                .handler(SITE, context -> {
                    threads.add(Thread.currentThread().getName());
                    allThere.countDown();
                    await(allThere);
                    done.add(context.payload().get("idRecurso").asText());
                    return TaskOutcome.done();
                })
                .build()
                .drain();
        assertThat(done).hasSize(100).doesNotHaveDuplicates();
        assertThat(threads).containsExactlyInAnyOrder("w1-1", "w1-2", "w1-3", "w1-4");
        assertThat(queue.operations().list(TaskFilter.newest(200)))
                .allMatch(task -> task.status() == TaskStatus.COMPLETED && task.attempts() == 1);
    }

    @Test
    void aResultIsKept() throws Exception {
        long id = queued(1);
        drain(context -> TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("receipt", "R-1")));
        assertThat(task(id).result()).isEqualTo("{\"receipt\":\"R-1\"}");
    }

    @Test
    void whatFailsTechnicallyIsTriedAgainLaterAndLaterThenFails() throws Exception {
        long id = queued(1);
        List<Long> pauses = new ArrayList<>();
        for (int attempt = 1; attempt <= 2; attempt++) {
            drain(context -> TaskOutcome.technicalFailure("TIMEOUT", "no answer"));
            assertThat(task(id).status()).isEqualTo(TaskStatus.SCHEDULED);
            pauses.add(Duration.between(clock.instant(), task(id).dueAt()).toSeconds());
            clock.advance(Duration.between(clock.instant(), task(id).dueAt()));
        }
        assertThat(pauses).containsExactly(30L, 60L);
        drain(context -> TaskOutcome.technicalFailure("TIMEOUT", "no answer"));
        Task failed = task(id);
        assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(failed.attempts()).isEqualTo(3);
        assertThat(failed.failures()).isEqualTo(3);
        assertThat(failed.crashes()).isZero();
        assertThat(incidents()).containsExactly(IncidentCode.RETRIES_EXHAUSTED);
    }

    @Test
    void anExceptionIsATechnicalFailure() throws Exception {
        long id = queued(1);
        drain(context -> {
            throw new IllegalStateException("the page has changed");
        });
        assertThat(task(id).status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(task(id).failureCode()).isEqualTo("IllegalStateException");
        assertThat(task(id).failure()).isEqualTo("java.lang.IllegalStateException: the page has changed");
    }

    @Test
    void anExceptionIsToldByItsClassAndTheFirstLinesOfItsMessage() throws Exception {
        long id = queued(1);
        drain(context -> {
            throw new IllegalStateException(
                    "Timeout 30000ms exceeded.\n\n  waiting for #send\n  - third\n  - fourth") {};
        });
        assertThat(task(id).failureCode()).startsWith("WorkerContract$");
        assertThat(task(id).failure())
                .startsWith("dev.brain.tck.WorkerContract$")
                .endsWith(": Timeout 30000ms exceeded. waiting for #send - third");
        clock.advance(Duration.ofHours(1));
        drain(context -> TaskOutcome.technicalFailure("ODD", "the first line\nthe last line"));
        assertThat(task(id).failure()).isEqualTo("the first line the last line");
    }

    @Test
    void everyEndedTaskIsOneLineOfTheLogAndAnExceptionHasItsStack() throws Exception {
        List<Long> ids = IntStream.rangeClosed(1, 5).mapToObj(this::queued).toList();
        List<ILoggingEvent> logged = logged(() -> drain(context -> {
            context.evidence(Path.of("Fulana Ejémplez.png"));
            return switch (context.payload().get("idRecurso").asInt()) {
                case 1 -> TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("name", "Fulana Ejémplez"));
                case 2 -> TaskOutcome.businessFailure("DEADLINE", "Fulana Ejémplez is late");
                case 3 -> TaskOutcome.technicalFailure("TIMEOUT", "Fulana Ejémplez did not answer");
                case 4 -> TaskOutcome.defer(START.plusSeconds(3600), "Fulana Ejémplez sleeps");
                default -> throw new IllegalStateException("the page has changed");
            };
        }));
        assertThat(logged.stream()
                        .filter(event -> event.getLevel() == Level.INFO)
                        .map(ILoggingEvent::getFormattedMessage)
                        .filter(line -> line.startsWith("task ")))
                .containsExactlyInAnyOrder(
                        "task " + ids.get(0) + " of site fines: completed",
                        "task " + ids.get(1) + " of site fines: failed for good with DEADLINE",
                        "task " + ids.get(2) + " of site fines: failed with TIMEOUT and is tried again at "
                                + START.plusSeconds(30),
                        "task " + ids.get(3) + " of site fines: deferred until " + START.plusSeconds(3600),
                        "task " + ids.get(4)
                                + " of site fines: failed with IllegalStateException and is tried again at "
                                + START.plusSeconds(30));
        assertThat(logged.stream().filter(event -> event.getThrowableProxy() != null))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getLevel()).isEqualTo(Level.WARN);
                    assertThat(event.getFormattedMessage())
                            .isEqualTo("task " + ids.get(4) + " of site fines: its handler failed");
                });
        assertThat(logged).extracting(ILoggingEvent::getFormattedMessage).noneMatch(line -> line.contains("Fulana"));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static List<ILoggingEvent> logged(Work work) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Worker.class);
        Level before = logger.getLevel();
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
        try {
            work.run();
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(before);
        }
        return List.copyOf(logged.list);
    }

    @Test
    void numbersReachAHandlerAsTheyAreWritten() throws Exception {
        List<String> numbers = List.of(
                "89157",
                "9223372036854775808",
                "123456789012345678901234567890",
                "10.50",
                "0.1",
                "1e400",
                "12345678901234567890.123456789",
                "100.00");
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        numbers.forEach(number -> payload.put(number, new BigDecimal(number)));
        TaskDraft template = TaskQueueContract.draft(1);
        var reservation = queue.reserve(
                        List.of(new TaskDraft(SITE, template.resource(), Payload.of(payload), template.claimant(), 0)))
                .get(0);
        queue.settle(List.of(new Settlement(reservation, CONFIRM)));
        AtomicReference<JsonNode> seen = new AtomicReference<>();
        drain(context -> {
            seen.set(context.payload());
            return TaskOutcome.done(context.payload());
        });
        for (String number : numbers) {
            BigDecimal exact = new BigDecimal(number);
            assertThat(seen.get().get(number).decimalValue()).isEqualByComparingTo(exact);
            if (exact.scale() > 0) {
                assertThat(seen.get().get(number).asText()).isEqualTo(number);
            }
        }
        assertThat(queue.operations()
                        .reservation(reservation.id())
                        .orElseThrow()
                        .draft()
                        .payload()
                        .content())
                .isEqualTo(seen.get());
    }

    @Test
    void aHandlerThatSaysNothingHasFailed() throws Exception {
        long id = queued(1);
        drain(context -> null);
        assertThat(task(id).status()).isEqualTo(TaskStatus.SCHEDULED);
    }

    @Test
    void whatFailsForTheCasesSakeIsNotTriedAgain() throws Exception {
        long id = queued(1);
        drain(context -> TaskOutcome.businessFailure("DEADLINE", "too late to file"));
        assertThat(task(id).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task(id).failureKind()).isEqualTo(Failure.Kind.BUSINESS);
        assertThat(incidents()).containsExactly(IncidentCode.BUSINESS_FAILURE);
    }

    @Test
    void aDeferredTaskIsDoneAtItsTime() throws Exception {
        long id = queued(1);
        drain(context -> TaskOutcome.defer(START.plusSeconds(3600), "the site is closed at night"));
        drain(context -> TaskOutcome.done());
        assertThat(task(id).status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(task(id).attempts()).isZero();
        clock.advance(Duration.ofHours(1));
        drain(context -> TaskOutcome.done());
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void aTaskMayBeDeferredToTheEndOfTimeAndToItsBeginning() throws Exception {
        long last = queued(1);
        long first = queued(2);
        AtomicInteger handled = new AtomicInteger();
        drain(context -> switch (context.payload().get("idRecurso").asInt()) {
            case 1 -> TaskOutcome.defer(Instant.MAX, "until somebody says so");
            default -> handled.incrementAndGet() == 1 ? TaskOutcome.defer(Instant.MIN, "at once") : TaskOutcome.done();
        });
        assertThat(task(last).status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(task(last).dueAt()).isAfter(START.plus(Duration.ofDays(365_000)));
        assertThat(task(first).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(queue.operations().cancel(Actor.ofProcess(), last)).isTrue();
    }

    @Test
    void timesThatCannotBeReckonedWithAreRefused() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        WorkerBuilder builder = builder(queue);
        for (Duration wrong : List.of(endless, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> builder.grace(wrong)).isInstanceOf(ConfigurationException.class);
            assertThatThrownBy(() -> builder.lease(wrong)).isInstanceOf(ConfigurationException.class);
            assertThatThrownBy(() -> builder.poll(wrong)).isInstanceOf(ConfigurationException.class);
            assertThatThrownBy(() -> new RetryPolicy(3, Duration.ZERO, wrong, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> builder.lease(Duration.ZERO)).hasMessageContaining("lease");
    }

    @Test
    void progressAndEvidenceAreKept() throws Exception {
        long id = queued(1);
        AtomicReference<String> seen = new AtomicReference<>();
        drain(context -> {
            context.progress("page 2 of 3");
            seen.set(task(id).progress());
            context.evidence(Path.of("evidence", "1.png"));
            return TaskOutcome.done();
        });
        assertThat(seen).hasValue("page 2 of 3");
        assertThat(task(id).screenshotPath())
                .isEqualTo(Path.of("evidence", "1.png").toString());
        assertThat(incidents()).isEmpty();
    }

    @Test
    void aNoteThatCannotBeKeptBreaksNothingOff() throws Exception {
        long id = queued(1);
        TaskQueue deaf = new Hooked(queue)
                .before("note", () -> {
                    throw new UnavailableException("the test has it locked");
                })
                .queue();
        builder(deaf)
                .handler(SITE, context -> {
                    context.progress("half");
                    return TaskOutcome.done();
                })
                .build()
                .drain();
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void whenTheMachineFailsAHandlerTheWorkerGoesOn() throws Exception {
        List<Long> ids = List.of(queued(1), queued(2), queued(3));
        drain(context -> switch (context.payload().get("idRecurso").asInt()) {
            case 1 -> throw new OutOfMemoryError("as the test wants it");
            case 2 -> endless(context);
            default -> TaskOutcome.done();
        });
        assertThat(ids.stream().map(id -> task(id).status()))
                .containsExactly(TaskStatus.SCHEDULED, TaskStatus.SCHEDULED, TaskStatus.COMPLETED);
        assertThat(ids.stream().map(id -> task(id).failureCode()))
                .containsExactly("OutOfMemoryError", "StackOverflowError", null);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static TaskOutcome endless(TaskContext context) {
        TaskOutcome outcome = endless(context);
        return outcome == null ? TaskOutcome.done() : outcome;
    }

    // submitting

    @Test
    void anExceptionAfterSubmittingIsForAPersonToLookAt() throws Exception {
        long id = queued(1);
        drain(context -> {
            context.submitting();
            throw new IllegalStateException("no answer to the form");
        });
        assertThat(task(id).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task(id).failure()).contains("no answer to the form");
        assertThat(incidents()).containsExactly(IncidentCode.SUBMIT_UNKNOWN);
    }

    @Test
    void whoKnowsThatNothingWasSubmittedMaySaySo() throws Exception {
        long id = queued(1);
        drain(context -> {
            context.submitting();
            return TaskOutcome.technicalFailure("REFUSED", "the connection was refused");
        });
        assertThat(task(id).status()).isEqualTo(TaskStatus.SCHEDULED);
    }

    @Test
    void nothingIsSubmittedOnALostLease() throws Exception {
        long id = queued(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        drain(context -> {
            clock.advance(LEASE.plusSeconds(1));
            try {
                context.submitting();
            } catch (LeaseLostException e) {
                thrown.set(e);
                assertThat(context.isLost()).isTrue();
                throw e;
            }
            return TaskOutcome.done();
        });
        assertThat(thrown.get()).hasMessageContaining("task " + id);
        assertThat(task(id).crashes()).isPositive();
        assertThat(task(id).failures()).isZero();
    }

    // leases

    @Test
    void aLostLeaseTellsTheHandler() throws Exception {
        long id = queued(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        started(context -> {
            if (context.task().attempts() > 1) {
                return TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("attempt", 2));
            }
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                if (context.isLost()) {
                    told.countDown();
                }
            }
            return TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("attempt", 1));
        });
        await(begun);
        clock.advance(LEASE.plusSeconds(1));
        await(told);
        worker.close();
        queue.sweep();
        drain(context -> TaskOutcome.done(JsonNodeFactory.instance.objectNode().put("attempt", 2)));
        assertThat(task(id).result()).isEqualTo("{\"attempt\":2}");
        assertThat(task(id).crashes()).isEqualTo(1);
    }

    @Test
    void aLeaseIsRenewedForAsLongAsAHandlerRunsThatLetsNobodyDisturbIt() throws Exception {
        long id = queued(1);
        Semaphore renewals = new Semaphore(0);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        started(new Hooked(queue).after("renew", renewals::release).queue(), context -> {
            begun.countDown();
            Thread.currentThread().interrupt();
            awaitUninterruptibly(goOn);
            return TaskOutcome.done();
        });
        await(begun);
        for (int times = 0; times < 5; times++) {
            clock.advance(LEASE.dividedBy(2));
            renewals.drainPermits();
            // the second one has begun after the clock was moved
            renewals.acquire(2);
        }
        assertThat(queue.sweep()).isZero();
        goOn.countDown();
        worker.close();
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(task(id).attempts()).isEqualTo(1);
    }

    @Test
    void aLeaseThatCannotBeRenewedInTimeCountsAsLost() throws Exception {
        queued(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        TaskQueue cutOff = new Hooked(queue)
                .before("renew", () -> {
                    throw new UnavailableException("the test has it locked");
                })
                .queue();
        started(cutOff, context -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                if (context.isLost()) {
                    told.countDown();
                }
            }
            return TaskOutcome.done();
        });
        await(begun);
        clock.advance(LEASE);
        await(told);
    }

    @Test
    void anInterruptDoesNotReachTheNextHandler() throws Exception {
        queued(1);
        queued(2);
        AtomicInteger interrupted = new AtomicInteger();
        drain(context -> {
            if (Thread.currentThread().isInterrupted()) {
                interrupted.incrementAndGet();
            }
            Thread.currentThread().interrupt();
            return TaskOutcome.done();
        });
        assertThat(interrupted).hasValue(0);
        assertThat(queue.operations().list(TaskFilter.newest(10)))
                .allMatch(task -> task.status() == TaskStatus.COMPLETED);
    }

    @Test
    void anInterruptThatComesLateEndsNoThread() throws Exception {
        long first = queued(1);
        AtomicInteger finished = new AtomicInteger();
        CountDownLatch idle = new CountDownLatch(3);
        CountDownLatch both = new CountDownLatch(2);
        TaskQueue disturbed = new Hooked(queue)
                .before("take", () -> {
                    Thread.currentThread().interrupt();
                    idle.countDown();
                })
                .before("finish", () -> {
                    if (finished.incrementAndGet() == 1) {
                        Thread.currentThread().interrupt();
                        throw new UnavailableException("the test has it locked");
                    }
                })
                .queue();
        started(disturbed, context -> {
            both.countDown();
            return TaskOutcome.done();
        });
        await(idle);
        long second = queued(2);
        await(both);
        worker.close();
        assertThat(List.of(task(first).status(), task(second).status())).containsOnly(TaskStatus.COMPLETED);
        assertThat(task(first).attempts()).isEqualTo(1);
    }

    @Test
    void whatWasTakenAheadIsLeftToOthersWhenTheThreadIsNotFreeSoon() throws Exception {
        IntStream.rangeClosed(1, 100).forEach(this::queued);
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        AtomicReference<Long> own = new AtomicReference<>();
        started(context -> {
            handled.incrementAndGet();
            // by the clock that stands, handlers take no time, and so their tasks are taken ahead
            boolean ahead = queue.operations().counts().get(SITE).getOrDefault("processing", 0L) > 1;
            if (ahead && stuck.getCount() > 0) {
                own.set(context.task().id());
                stuck.countDown();
                await(goOn);
            }
            return TaskOutcome.done();
        });
        await(stuck);
        CountDownLatch left = new CountDownLatch(100 - handled.get());
        try (Worker other = builder(queue)
                .handler(SITE, context -> {
                    left.countDown();
                    return TaskOutcome.done();
                })
                .build()) {
            other.start();
            await(left);
        }
        goOn.countDown();
        worker.close();
        assertThat(task(own.get()).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(queue.operations().list(TaskFilter.newest(1000)))
                .allMatch(task -> task.status() == TaskStatus.COMPLETED && task.attempts() == 1 && task.crashes() == 0);
    }

    // the queue is away

    @Test
    void aTaskIsHandedBackWhenTheQueueIsThereAgain() throws Exception {
        long id = queued(1);
        AtomicInteger refusals = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        TaskQueue busy = new Hooked(queue)
                .before("finish", () -> {
                    if (refusals.incrementAndGet() <= 3) {
                        throw new UnavailableException("the test has it locked");
                    }
                })
                .queue();
        builder(busy)
                .handler(SITE, context -> {
                    handled.incrementAndGet();
                    return TaskOutcome.done();
                })
                .build()
                .drain();
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(handled).hasValue(1);
    }

    @Test
    void handingBackIsTriedUntilTheLeaseHasRunOut() throws Exception {
        long id = queued(1);
        AtomicInteger refusals = new AtomicInteger();
        TaskQueue busy = new Hooked(queue)
                .before("finish", () -> {
                    if (refusals.incrementAndGet() == 1) {
                        clock.advance(LEASE.plusSeconds(1));
                        throw new UnavailableException("the test has it locked");
                    }
                })
                .queue();
        CountDownLatch again = new CountDownLatch(2);
        started(busy, context -> {
            again.countDown();
            return TaskOutcome.done();
        });
        await(again);
        worker.close();
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(task(id).attempts()).isEqualTo(2);
        assertThat(task(id).crashes()).isEqualTo(1);
    }

    @Test
    void takingIsTriedAgainWhateverWentWrong() throws Exception {
        long id = queued(1);
        AtomicInteger refusals = new AtomicInteger();
        TaskQueue busy = new Hooked(queue)
                .before("take", () -> {
                    switch (refusals.incrementAndGet()) {
                        case 1 -> throw new UnavailableException("the test has it locked");
                        case 2 -> throw new IllegalStateException("a bug, so the test says");
                        case 3 -> throw new OutOfMemoryError("as the test wants it");
                        default -> {}
                    }
                })
                .queue();
        builder(busy).handler(SITE, context -> TaskOutcome.done()).build().drain();
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    // stopping

    @Test
    void closingLetsWhatRunsFinishAndTakesNothingMore() throws Exception {
        long first = queued(1);
        long second = queued(2);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        started(context -> {
            begun.countDown();
            await(goOn);
            return TaskOutcome.done();
        });
        await(begun);
        Thread closing = new Thread(worker::close);
        closing.start();
        goOn.countDown();
        closing.join();
        worker.awaitStop();
        assertThat(task(first).status()).isEqualTo(TaskStatus.COMPLETED);
        // it may have been taken while the first was handed back, but was not begun then
        assertThat(List.of(TaskStatus.PENDING, TaskStatus.COMPLETED))
                .contains(task(second).status());
        assertThat(task(second).holder()).isNull();
    }

    @Test
    void whatDoesNotFinishInTimeIsInterruptedAndGivenBack() throws Exception {
        long id = queued(1);
        CountDownLatch begun = new CountDownLatch(1);
        worker = builder(queue)
                .grace(Duration.ofMillis(10))
                .handler(SITE, context -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return TaskOutcome.done();
                })
                .build();
        worker.start();
        await(begun);
        worker.close();
        assertThat(task(id).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(task(id).attempts()).isZero();
        assertThat(task(id).failures()).isZero();
    }

    @Test
    void whatIsInterruptedAfterSubmittingIsForAPersonToLookAt() throws Exception {
        long id = queued(1);
        CountDownLatch begun = new CountDownLatch(1);
        worker = builder(queue)
                .grace(Duration.ofMillis(10))
                .handler(SITE, context -> {
                    context.submitting();
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return TaskOutcome.done();
                })
                .build();
        worker.start();
        await(begun);
        worker.close();
        assertThat(task(id).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(incidents()).containsExactly(IncidentCode.SUBMIT_UNKNOWN);
    }

    @Test
    void aHandlerThatIgnoresTheEndHasLostItsTask() throws Exception {
        long id = queued(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<TaskContext> seen = new AtomicReference<>();
        worker = builder(queue)
                .grace(Duration.ofMillis(10))
                .handler(SITE, context -> {
                    seen.set(context);
                    begun.countDown();
                    awaitUninterruptibly(goOn);
                    return TaskOutcome.done();
                })
                .build();
        worker.start();
        await(begun);
        worker.close();
        assertThat(seen.get().isLost()).isTrue();
        assertThatThrownBy(() -> seen.get().submitting()).isInstanceOf(LeaseLostException.class);
        // nobody waits a second time for what was given up
        worker.awaitStop();
        worker.close();
        goOn.countDown();
        assertThat(task(id).status()).isEqualTo(TaskStatus.PROCESSING);
        clock.advance(LEASE.plusSeconds(1));
        drain(context -> TaskOutcome.done());
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void aHandlerMayCloseItsOwnWorker() throws Exception {
        long id = queued(1);
        AtomicReference<Worker> own = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        AtomicInteger closed = new AtomicInteger();
        class Handler implements TaskHandler, AutoCloseable {
            @Override
            public TaskOutcome handle(TaskContext context) throws Exception {
                await(known);
                own.get().close();
                return TaskOutcome.done();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }
        started(new Handler());
        own.set(worker);
        known.countDown();
        worker.awaitStop();
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
        worker.close();
        assertThat(closed).as("it was handed over, and stays its owner's").hasValue(0);
    }

    @Test
    void itCanBeClosedWithoutHavingBegunAndTwice() {
        worker = builder(queue).handler(SITE, context -> TaskOutcome.done()).build();
        worker.close();
        worker.close();
        assertThat(queue.operations().list(TaskFilter.newest(1))).isEmpty();
    }

    // sites

    @Test
    void aListenerHearsOfTheWorkersIncidentsUntilTheWorkerHasEnded() throws Exception {
        List<BrainEvent> heard = new ArrayList<>();
        queued(1);
        builder(queue)
                .handler(SITE, context -> TaskOutcome.businessFailure("NO_FORM", "the form is gone"))
                .listener(heard::add)
                .build()
                .drain();
        assertThat(heard).singleElement().isInstanceOfSatisfying(BrainEvent.IncidentReported.class, event -> {
            assertThat(event.report().code()).isEqualTo(IncidentCode.BUSINESS_FAILURE);
            assertThat(event.opened()).isTrue();
        });
        queue.incidents().report(List.of(new Incident.Report(IncidentCode.LOGIN_FAILED, SITE, null, "later")));
        assertThat(heard).hasSize(1);
    }

    @Test
    void onlyWhatHasAHandlerIsTaken() throws Exception {
        long mine = queued(1);
        long others = queued("parks", 2);
        drain(context -> TaskOutcome.done());
        assertThat(task(mine).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(task(others).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void aSiteWithLimitsThatCannotBeReadIsLeftOut() throws Exception {
        long mine = queued(1);
        long others = queued("parks", 2);
        builder(queue)
                .sites(SiteRegistry.of(List.of(
                        Site.builder(SITE).setting("rate", "30/h").build(),
                        Site.builder("parks").setting("rate", "plenty").build())))
                .handler(SITE, context -> TaskOutcome.done())
                .handler("parks", context -> TaskOutcome.done())
                .build()
                .drain();
        assertThat(task(mine).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(task(others).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void aHandlerThatIsNotThereIsNamedWithItsSite() {
        WorkerBuilder builder = builder(queue)
                .sites(SiteRegistry.of(
                        List.of(Site.builder(SITE).setting("handler", "robot").build())));
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(SITE)
                .hasMessageContaining("robot");
        assertThatThrownBy(() -> builder(queue).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("handler");
        assertThatThrownBy(() -> Worker.builder().build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("queue");
    }
}
