package dev.brain.examples.launcher;

import dev.brain.text.VisibleText;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * What commands print lines on: data of other programs must not steer a terminal. {@code println} shows control
 * characters as escapes; what is meant for the terminal itself goes through {@code print}.
 */
final class VisibleOutput extends PrintWriter {
    VisibleOutput(PrintWriter out) {
        super(out, true);
    }

    /** One line. */
    @Override
    public void println(@Nullable String line) {
        super.println(VisibleText.of(String.valueOf(line)));
    }

    /** Text of several lines: JSON, or the stack of an error. */
    @Override
    public void println(@Nullable Object lines) {
        super.println(VisibleText.ofLines(String.valueOf(lines)));
    }
}
