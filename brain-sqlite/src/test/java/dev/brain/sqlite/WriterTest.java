package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.BrainException;
import dev.brain.queue.Reservation;
import dev.brain.queue.TaskFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterTest {
    @TempDir
    Path folder;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private SqliteStore store;

    @BeforeEach
    void open() {
        store = SqliteStore.open(folder.resolve("queue.db"));
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        store.close();
    }

    /** Submits work while an operation is under way, so that all of it waits for the end of that. */
    private <T> List<Future<T>> gathered(List<Callable<T>> work) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<Integer> first = pool.submit(() -> store.writer().run("hold on", connected -> {
            running.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return 0;
        }));
        running.await();
        List<Future<T>> submitted = new ArrayList<>();
        for (Callable<T> each : work) {
            submitted.add(pool.submit(each));
        }
        while (store.writer().waiting() < work.size()) {
            Thread.onSpinWait();
        }
        go.countDown();
        first.get();
        return submitted;
    }

    @Test
    void whatGathersDuringACommitSharesTheNext() throws Exception {
        List<Callable<List<Reservation>>> work = new ArrayList<>();
        for (int id = 1; id <= 40; id++) {
            int mine = id;
            work.add(() -> store.reserve(Drafts.of(mine)));
        }
        long before = store.commits();
        for (Future<List<Reservation>> each : gathered(work)) {
            assertThat(each.get()).hasSize(1);
        }
        assertThat(store.commits() - before).isLessThanOrEqualTo(40 / 4);
        assertThat(store.list(TaskFilter.newest(100))).hasSize(40);
    }

    @Test
    void anOperationThatFailsSpoilsNoOther() throws Exception {
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            work.add(() -> store.writer().run("write " + number, connected -> {
                connected.update("""
                        INSERT INTO "$queue" (site_id, payload) VALUES (?, '{}')""", "site" + number);
                if (number == 3) {
                    connected.update("INSERT INTO nowhere VALUES (1)");
                }
                if (number == 6) {
                    throw new IllegalArgumentException("six");
                }
                return number;
            }));
        }
        List<Future<Integer>> results = gathered(work);
        for (int i = 0; i < 10; i++) {
            Future<Integer> result = results.get(i);
            if (i == 3) {
                assertThatThrownBy(result::get)
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(BrainException.class)
                        .hasMessageContaining("cannot write 3")
                        .hasMessageContaining("nowhere");
            } else if (i == 6) {
                assertThatThrownBy(result::get).cause().isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(result.get()).isEqualTo(i);
            }
        }
        assertThat(store.counts()).hasSize(8).doesNotContainKeys("site3", "site6");
    }

    @Test
    void anInterruptedThreadStillHearsTheEnd() throws Exception {
        List<Future<Boolean>> results = gathered(List.of(() -> {
            Thread.currentThread().interrupt();
            boolean reserved = store.reserve(Drafts.of(1)).size() == 1;
            return reserved && Thread.interrupted();
        }));
        assertThat(results.get(0).get()).isTrue();
    }

    @Test
    void closingWaitsForWhatWasSubmitted() throws Exception {
        List<Future<Integer>> results = gathered(List.of(
                () -> store.reserve(Drafts.of(1)).size(),
                () -> store.reserve(Drafts.of(2)).size()));
        store.close();
        for (Future<Integer> result : results) {
            assertThat(result.get()).isEqualTo(1);
        }
    }
}
