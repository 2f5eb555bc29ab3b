package dev.brain.plugin;

import java.util.Optional;

/** Tells whether a plug-in ends the process, whose thread then waits in {@link System#exit} and never comes back. */
public final class ProcessExit {
    private ProcessExit() {}

    /** The place in the code that called for it on this thread; empty if none has. */
    public static Optional<StackTraceElement> caller(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = stack.length - 2; i >= 0; i--) {
            if (isExit(stack[i]) && !isExit(stack[i + 1])) {
                return Optional.of(stack[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** A signal ends the process in another way. */
    private static boolean isExit(StackTraceElement frame) {
        return frame.getMethodName().equals("exit")
                && (frame.getClassName().equals("java.lang.Runtime")
                        || frame.getClassName().equals("java.lang.System"));
    }
}
