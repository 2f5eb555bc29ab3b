package dev.brain.launcher;

import dev.brain.internal.text.VisibleText;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * The output of commands. Data of other programs must not control a terminal, so {@code println} shows control
 * characters as escapes. Control sequences for the terminal go through {@code print}.
 */
final class VisibleOutput extends PrintWriter {
    VisibleOutput(PrintWriter out) {
        super(out, true);
    }

    /** Prints one line. */
    @Override
    public void println(@Nullable String line) {
        super.println(VisibleText.of(String.valueOf(line)));
    }

    /** Prints text of several lines: JSON, or the stack of an error. */
    @Override
    public void println(@Nullable Object lines) {
        super.println(VisibleText.ofLines(String.valueOf(lines)));
    }
}
