package dev.brain.launcher;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.internal.text.VisibleText;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;

/** Shows a person how far a cycle or a copy is, on one line of a terminal, and erases the line at the end. */
final class Progress implements BrainListener {
    private static final String ERASE = "\r\u001B[K";

    private final PrintWriter err;
    private final boolean isWatched;
    private final Map<String, Long> claimed = new HashMap<>();

    private Progress(PrintWriter err, boolean isWatched) {
        this.err = err;
        this.isWatched = isWatched;
    }

    /** Returns a line that shows nothing unless a person watches standard error. */
    static Progress on(PrintWriter err, LaunchContext context) {
        return new Progress(err, context.isWatched());
    }

    @Override
    public void on(BrainEvent event) {
        if (event instanceof BrainEvent.CycleStarted) {
            claimed.clear();
        } else if (event instanceof BrainEvent.SiteProgressed progressed) {
            claimed.put(progressed.report().siteId(), progressed.report().claimed());
            long all = claimed.values().stream().mapToLong(Long::longValue).sum();
            show(progressed.report().siteId() + ": " + progressed.report().candidates() + " seen; " + all
                    + " claimed so far");
        } else if (event instanceof BrainEvent.CycleFinished) {
            show("");
        }
    }

    /** Shows a text instead of the last one; a blank one erases the line. */
    void show(String text) {
        if (!isWatched) {
            return;
        }
        // back to the start of the line, so that a log line takes its place
        err.print(ERASE + VisibleText.of(text) + "\r");
        err.flush();
    }
}
