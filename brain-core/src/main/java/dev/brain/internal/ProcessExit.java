package dev.brain.internal;

import java.util.Optional;

/** Detects a plug-in that ends the process. Its thread waits in {@link System#exit} and never returns. */
public final class ProcessExit {
    private ProcessExit() {}

    /** Returns the place in the code that called it on this thread; empty if there is none. */
    public static Optional<StackTraceElement> caller(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = stack.length - 2; i >= 0; i--) {
            if (isExit(stack[i]) && !isExit(stack[i + 1])) {
                return Optional.of(stack[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** A signal ends the process on another path. */
    private static boolean isExit(StackTraceElement frame) {
        return frame.getMethodName().equals("exit")
                && (frame.getClassName().equals("java.lang.Runtime")
                        || frame.getClassName().equals("java.lang.System"));
    }
}
