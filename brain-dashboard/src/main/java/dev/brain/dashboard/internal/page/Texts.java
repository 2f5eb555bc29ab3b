package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.View;
import dev.brain.internal.monitor.Count;
import java.time.Duration;
import java.time.Instant;

/** Figures as people read them. */
public final class Texts {
    private Texts() {}

    /** Returns a number, with a plus sign if there are more. */
    public static String count(View view, Count count) {
        return view.text(count.isMore() ? "count.more" : "count.exact", count.counted());
    }

    /** Returns how long ago a time was, or how far ahead it is, without its direction. */
    public static String age(View view, Instant time, Instant now) {
        Duration age = Duration.between(time, now).abs();
        if (age.toHours() >= 48) {
            return view.text("age.days", age.toDays());
        }
        return age.toMinutes() >= 60
                ? view.text("age.hours", age.toHours(), age.toMinutesPart())
                : view.text("age.minutes", age.toMinutes());
    }

    /** Returns the length of something short. */
    public static String length(View view, Duration length) {
        return length.toMinutes() >= 2
                ? view.text("age.minutes", length.toMinutes())
                : view.text("age.seconds", length.toMillis() / 1000.0);
    }
}
