package dev.brain.sqlserver;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a failure would show wherever it is printed. */
final class Failures {
    private Failures() {}

    /** Message and stack, of causes and suppressed ones too. */
    static String text(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
