package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.BrainException;
import dev.brain.internal.file.FileAccess;
import dev.brain.store.TableNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitWriterTest {
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
        return gathered(store.writer(), work);
    }

    private <T> List<Future<T>> gathered(GroupCommitWriter writer, List<Callable<T>> work) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<Integer> first = pool.submit(() -> writer.run("hold on", sql -> {
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
        while (writer.waiting() < work.size()) {
            Thread.onSpinWait();
        }
        go.countDown();
        first.get();
        return submitted;
    }

    @Test
    void whatGathersMeanwhileSharesOneCommit() throws Exception {
        StoreFile file = new StoreFile(
                folder.resolve("queue.db"),
                TableNames.DEFAULT,
                Duration.ofHours(1),
                SqliteStore.Synchronous.FULL,
                FileAccess.OWNER,
                folder.resolve("queue.db"),
                new LongAdder());
        // so long that a slow machine doesn't end a transaction early
        GroupCommitWriter writer = new GroupCommitWriter(file, file.openWriter(true), Duration.ofHours(1));
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            String site = "site" + i;
            work.add(() -> writer.run("write " + site, sql -> sql.update("""
                    INSERT INTO "$queue" (site_id, payload) VALUES (?, '{}')""", site)));
        }
        for (Future<Integer> each : gathered(writer, work)) {
            assertThat(each.get()).isEqualTo(1);
        }
        assertThat(writer.commits()).isEqualTo(1);
        writer.close();
        assertThat(store.operations().counts()).hasSize(40);
    }

    @Test
    void aTransactionThatHasTakenLongEnoughTakesInNothingMore() throws Exception {
        StoreFile file = new StoreFile(
                folder.resolve("queue.db"),
                TableNames.DEFAULT,
                Duration.ofHours(1),
                SqliteStore.Synchronous.FULL,
                FileAccess.OWNER,
                folder.resolve("queue.db"),
                new LongAdder());
        GroupCommitWriter writer = new GroupCommitWriter(file, file.openWriter(true), Duration.ZERO);
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            int number = i;
            work.add(() -> writer.run("do nothing", sql -> number));
        }
        for (Future<Integer> each : gathered(writer, work)) {
            assertThat(each.get()).isPositive();
        }
        assertThat(writer.commits()).isEqualTo(6);
        writer.close();
    }

    @Test
    void anOperationThatFailsSpoilsNoOther() throws Exception {
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            work.add(() -> store.writer().run("write " + number, sql -> {
                sql.update("""
                        INSERT INTO "$queue" (site_id, payload) VALUES (?, '{}')""", "site" + number);
                if (number == 3) {
                    sql.update("INSERT INTO nowhere VALUES (1)");
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
        assertThat(store.operations().counts()).hasSize(8).doesNotContainKeys("site3", "site6");
    }

    @Test
    void anInterruptedThreadStillHearsTheEnd() throws Exception {
        List<Future<Boolean>> results = gathered(List.of(() -> {
            Thread.currentThread().interrupt();
            boolean reserved = store.queue().reserve(Drafts.of(1)).size() == 1;
            return reserved && Thread.interrupted();
        }));
        assertThat(results.get(0).get()).isTrue();
    }

    @Test
    void closingWaitsForWhatWasSubmitted() throws Exception {
        List<Future<Integer>> results = gathered(List.of(
                () -> store.queue().reserve(Drafts.of(1)).size(),
                () -> store.queue().reserve(Drafts.of(2)).size()));
        store.close();
        for (Future<Integer> result : results) {
            assertThat(result.get()).isEqualTo(1);
        }
    }
}
