package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.cycle.BrainEvent;
import dev.brain.error.UnavailableException;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.work.LeaseLostException;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a {@link dev.brain.work.Worker} does when a lease is lost or the queue is away. */
abstract class WorkerLeaseContract extends WorkerFixture {
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
    void aListenerHearsOfLostLeasesAndWhetherTheTaskWasBeingSubmitted() throws Exception {
        queued(1);
        List<Boolean> submitting = Collections.synchronizedList(new ArrayList<>());
        builder(queue)
                .handler(SITE, context -> {
                    if (context.task().attempts() > 1) {
                        context.submitting();
                    }
                    clock.advance(LEASE.plusSeconds(1));
                    context.progress("too late");
                    return TaskOutcome.done();
                })
                .listener(event -> {
                    if (event instanceof BrainEvent.LeaseLost lost) {
                        submitting.add(lost.submitting());
                    }
                })
                .build()
                .drain();
        assertThat(submitting).containsExactly(false, true);
    }

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
}
