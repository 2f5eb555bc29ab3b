package dev.brain.plugin;

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
        List<Object> reversed = new ArrayList<>(things);
        Collections.reverse(reversed);
        @Nullable BrainException failure = null;
        for (Object thing : reversed) {
            if (thing instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    if (e instanceof InterruptedException) {
                        Thread.currentThread().interrupt();
                    }
                    if (failure == null) {
                        failure = new BrainException(
                                "cannot close " + thing.getClass().getName() + ": " + e.getMessage(), e);
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
