package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.cycle.BrainEvent;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.work.LeaseLostException;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import dev.brain.work.WorkerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a {@link dev.brain.work.Worker} stops, and of which sites it takes tasks. */
abstract class WorkerLifecycleContract extends WorkerFixture {
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

    /** Closes a worker while its handler, after this beginning, waits for what never happens. */
    private void closeAWorkerWhoseHandlerNeverEnds(Consumer<TaskContext> beginning) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        worker = builder(queue)
                .grace(Duration.ofMillis(10))
                .handler(SITE, context -> {
                    beginning.accept(context);
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return TaskOutcome.done();
                })
                .build();
        worker.start();
        await(begun);
        worker.close();
    }

    @Test
    void whatWasTakenAheadIsNotBegunAfterTheWorkingHours() throws Exception {
        List<Long> ids = new ArrayList<>();
        for (int id = 1; id <= 40; id++) {
            ids.add(queued(id));
        }
        Site site = Site.builder(SITE)
                .setting("hours", "08:00-09:00")
                .setting("time_zone", "UTC")
                .build();
        AtomicInteger begun = new AtomicInteger();
        builder(queue)
                .lease(Duration.ofHours(5))
                .sites(SiteRegistry.of(List.of(site)))
                .handler(SITE, context -> {
                    if (begun.incrementAndGet() == 20) {
                        clock.advance(Duration.ofHours(2));
                    }
                    return TaskOutcome.done();
                })
                .build()
                .drain();
        assertThat(begun).hasValue(20);
        assertThat(ids.subList(0, 20)).allMatch(id -> task(id).status() == TaskStatus.COMPLETED);
        assertThat(ids.subList(20, 40))
                .allMatch(id -> task(id).status() == TaskStatus.PENDING && task(id).attempts() == 0);
    }

    @Test
    void whatDoesNotFinishInTimeIsInterruptedAndGivenBack() throws Exception {
        long id = queued(1);
        closeAWorkerWhoseHandlerNeverEnds(context -> {});
        assertThat(task(id).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(task(id).attempts()).isZero();
        assertThat(task(id).failures()).isZero();
    }

    @Test
    void whatIsInterruptedAfterSubmittingIsForAPersonToLookAt() throws Exception {
        long id = queued(1);
        closeAWorkerWhoseHandlerNeverEnds(TaskContext::submitting);
        assertThat(task(id).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(incidents()).containsExactly(IncidentCode.SUBMIT_UNKNOWN);
    }

    @Test
    @Tag("slow")
    void aResultThatCouldNotBeRecordedIsTriedOnceMoreWhenTheWorkerStops() throws Exception {
        long id = queued(1);
        CountDownLatch refused = new CountDownLatch(1);
        TaskQueue refusing = new Hooked(queue)
                .before("finish", () -> {
                    if (refused.getCount() > 0) {
                        refused.countDown();
                        throw new UnavailableException("the test has it locked");
                    }
                })
                .queue();
        worker = builder(refusing)
                .grace(Duration.ofMillis(10))
                .poll(Duration.ofHours(1))
                .handler(SITE, context -> TaskOutcome.done())
                .build();
        worker.start();
        await(refused);
        worker.close();
        assertThat(task(id).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    @Tag("slow")
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
        assertThat(heard)
                .filteredOn(BrainEvent.IncidentReported.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(BrainEvent.IncidentReported.class, event -> {
                    assertThat(event.report().code()).isEqualTo(IncidentCode.BUSINESS_FAILURE);
                    assertThat(event.opened()).isTrue();
                });
        int all = heard.size();
        queue.incidents().report(List.of(new Incident.Report(IncidentCode.LOGIN_FAILED, SITE, null, "later")));
        assertThat(heard).hasSize(all);
    }

    @Test
    void aListenerHearsOfTheWorkerOfItsTasksAndOfClosedIncidents() throws Exception {
        List<String> heard = new ArrayList<>();
        long done = queued(1);
        long fails = queued(2);
        long again = queued(3);
        long held = queued(4);
        builder(queue)
                .handler(SITE, context -> {
                    long id = context.task().id();
                    if (id == fails) {
                        queue.incidents()
                                .report(List.of(
                                        new Incident.Report(IncidentCode.EVIDENCE, SITE, ResourceId.of(9), "a page")));
                        queue.incidents().close(SITE, IncidentCode.EVIDENCE, List.of(ResourceId.of(9)));
                        return TaskOutcome.businessFailure("NO_FORM", "the form is gone");
                    }
                    if (id == held) {
                        return TaskOutcome.hold("a person must look");
                    }
                    return id == again
                            ? TaskOutcome.defer(START.plus(Duration.ofHours(1)), "later")
                            : TaskOutcome.done();
                })
                .listener(event -> {
                    // how often is not promised: a task that was taken ahead and waits too long is returned
                    boolean isReturned = event instanceof BrainEvent.AttemptEnded ended
                            && ended.result() instanceof TaskResult.Returned;
                    if (!isReturned && !(event instanceof BrainEvent.QueueCalled)) {
                        heard.add(text(event));
                    }
                })
                .listener(event -> {
                    throw new IllegalStateException("it fails");
                })
                .build()
                .drain();
        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "started w1 [fines] 1",
                        "ended " + done + " completed",
                        "reported EVIDENCE true",
                        "closed EVIDENCE 1",
                        "reported BUSINESS_FAILURE true",
                        "ended " + fails + " failed for good with NO_FORM",
                        "held " + held,
                        "waits " + again + " deferred until " + START.plus(Duration.ofHours(1)),
                        "handled " + done + " by code: completed",
                        "handled " + fails + " by code: failed for good with NO_FORM",
                        "handled " + again + " by code: deferred until " + START.plus(Duration.ofHours(1)),
                        "handled " + held + " by code: held for approval",
                        "handling " + done + " by code",
                        "handling " + fails + " by code",
                        "handling " + again + " by code",
                        "handling " + held + " by code",
                        "stopped w1 1")
                .startsWith("started w1 [fines] 1")
                .endsWith("stopped w1 1");
    }

    private static String text(BrainEvent event) {
        if (event instanceof BrainEvent.WorkerStarted started) {
            return "started " + started.owner() + " " + started.siteIds() + " " + started.threads();
        } else if (event instanceof BrainEvent.TaskEnded ended) {
            return "ended " + ended.task().id() + " " + ended.result().summary();
        } else if (event instanceof BrainEvent.TaskHeld held) {
            return "held " + held.taskId();
        } else if (event instanceof BrainEvent.AttemptEnded ended) {
            return "waits " + ended.task().id() + " " + ended.result().summary();
        } else if (event instanceof BrainEvent.IncidentReported reported) {
            return "reported " + reported.report().code() + " " + reported.opened();
        } else if (event instanceof BrainEvent.IncidentClosed closed) {
            return "closed " + closed.incident().report().code() + " "
                    + closed.incident().count();
        } else if (event instanceof BrainEvent.WorkerStopped stopped) {
            return "stopped " + stopped.owner() + " " + stopped.threads();
        } else if (event instanceof BrainEvent.HandlerStarted started) {
            return "handling " + started.task().id() + " by " + started.handler();
        } else if (event instanceof BrainEvent.HandlerEnded ended && ended.result() != null) {
            return "handled " + ended.task().id() + " by " + ended.handler() + ": "
                    + ended.result().summary();
        }
        return event.toString();
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
