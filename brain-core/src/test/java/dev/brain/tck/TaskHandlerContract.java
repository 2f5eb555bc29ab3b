package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.payload.Payload;
import dev.brain.queue.Failure;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.work.RetryPolicy;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import dev.brain.work.WorkerBuilder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a {@link dev.brain.work.Worker} makes of what its handlers say. */
abstract class TaskHandlerContract extends WorkerFixture {
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
    void aHandlerAsksForAnApprovalAndReadsIt() throws Exception {
        long id = queued(1);
        TaskHandler careful = context -> context.task().approval() == null
                ? TaskOutcome.hold("the amount is high")
                : TaskOutcome.done(JsonNodeFactory.instance.textNode(
                        "approved by " + context.task().approval().by()));
        drain(careful);
        assertThat(task(id).status()).isEqualTo(TaskStatus.HELD);
        assertThat(queue.operations().approve(new Actor("anna"), id, null)).isTrue();
        drain(careful);
        assertThat(task(id).result()).isEqualTo("\"approved by anna\"");
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
    void theSettingsOfASiteWinOverTheRetryPolicyOfTheWorker() throws Exception {
        long id = queued(1);
        Site site = Site.builder(SITE)
                .setting("retry_attempts", 2)
                .setting("retry_pause", 45)
                .build();
        TaskHandler failing = context -> TaskOutcome.technicalFailure("TIMEOUT", "no answer");
        WorkerBuilder builder = builder(queue).handler(SITE, failing).sites(SiteRegistry.of(List.of(site)));
        builder.build().drain();
        assertThat(task(id).dueAt()).isEqualTo(clock.instant().plusSeconds(45));
        clock.advance(Duration.ofSeconds(45));
        builder.build().drain();
        assertThat(task(id).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task(id).failures()).isEqualTo(2);
    }

    @Test
    void aSiteWithAnInvalidRetryPolicyIsNotServed() {
        Site site = Site.builder(SITE).setting("retry_attempts", 0).build();
        WorkerBuilder builder =
                builder(queue).handler(SITE, context -> TaskOutcome.done()).sites(SiteRegistry.of(List.of(site)));
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("site " + SITE)
                .hasMessageContaining("'retry_attempts' must be a whole number of at least 1, not '0'");
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
        assertThat(task(id).failureCode()).startsWith("TaskHandlerContract$");
        assertThat(task(id).failure())
                .startsWith("dev.brain.tck.TaskHandlerContract$")
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
        TaskDraft template = TaskDrafts.draft(1);
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
        assertThat(queue.reservation(reservation.id())
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
}
