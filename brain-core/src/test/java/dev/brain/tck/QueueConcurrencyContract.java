package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static dev.brain.queue.TaskQueue.Settlement.Verdict.DROP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a queue promises to many who use it at once. */
abstract class QueueConcurrencyContract extends TaskQueueFixture {
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
                            .map(TaskDrafts::draft)
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
                IntStream.rangeClosed(1, 40).mapToObj(TaskDrafts::draft).toList());
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
