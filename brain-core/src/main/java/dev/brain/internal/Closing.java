package dev.brain.internal;

import dev.brain.error.BrainException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes many things although one of them fails. */
public final class Closing {
    private Closing() {}

    /**
     * Closes those that are closeable, the last one first.
     *
     * @throws BrainException after all were tried, if one failed; the others are suppressed in it
     */
    public static void all(Collection<?> things) {
        @Nullable Throwable failure = null;
        List<Object> reversed = new ArrayList<>(things);
        Collections.reverse(reversed);
        for (Object thing : reversed) {
            failure = close(thing, failure);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof BrainException problem) {
            throw problem;
        }
    }

    /** An action that may fail. */
    @FunctionalInterface
    public interface Attempt<T extends @Nullable Object, E extends Exception> {
        T run() throws E;
    }

    /**
     * Returns the result of an attempt. If it fails, cleans up {@linkplain #afterFailure after the failure} and throws it.
     */
    public static <T extends @Nullable Object, E extends Exception> T orClose(
            Attempt<T, E> attempt, @Nullable AutoCloseable... things) throws E {
        try {
            return attempt.run();
        } catch (Throwable e) {
            afterFailure(e, things);
            throw e;
        }
    }

    /**
     * Cleans up after a failure, which the caller then throws; the last one is closed first. What fails meanwhile is
     * suppressed in the failure.
     */
    public static void afterFailure(Throwable failure, @Nullable AutoCloseable... things) {
        for (int i = things.length - 1; i >= 0; i--) {
            close(things[i], failure);
        }
    }

    private static @Nullable Throwable close(@Nullable Object thing, @Nullable Throwable failure) {
        if (!(thing instanceof AutoCloseable closeable)) {
            return failure;
        }
        try {
            closeable.close();
            return failure;
        } catch (Exception | Error e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                if (failure != e) {
                    failure.addSuppressed(e);
                }
                return failure;
            }
            return e instanceof Error || e instanceof BrainException
                    ? e
                    : new BrainException("cannot close " + thing.getClass().getName() + ": " + e.getMessage(), e);
        }
    }
}
