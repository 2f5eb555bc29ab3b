package dev.brain.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Signals that work must stop, and wakes the threads that wait. Thread-safe. */
public final class StopSignal {
    private final CountDownLatch stopped = new CountDownLatch(1);

    public void stop() {
        stopped.countDown();
    }

    public boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /**
     * Waits for that time. Returns true, without waiting further, when work must stop or the thread is interrupted; the
     * interrupt status is kept.
     */
    public boolean await(Duration duration) {
        try {
            return stopped.await(TimeUnit.NANOSECONDS.convert(duration), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
