package dev.brain.tck;

import dev.brain.error.UnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** Stops the work at one of its calls to the outside, the n-th of all that go through its proxies. */
final class Faults {
    /** How the work is stopped. */
    enum Mode {
        /** The process dies before the call has any effect. */
        DIES_BEFORE(true, false),
        /** The process dies when the call has taken effect, before it hears of it. */
        DIES_AFTER(true, true),
        /** The call fails without any effect. */
        FAILS_BEFORE(false, false),
        /** The call takes effect, but its answer is lost. */
        FAILS_AFTER(false, true);

        private final boolean dies;
        private final boolean after;

        Mode(boolean dies, boolean after) {
            this.dies = dies;
            this.after = after;
        }
    }

    /** The end of a process; nothing but the test catches it. */
    static final class Death extends InternalError {
        private static final long serialVersionUID = 1L;

        Death(String where) {
            super(where);
        }
    }

    private final int at;
    private final Mode mode;
    private final List<String> calls = new ArrayList<>();

    Faults(int at, Mode mode) {
        this.at = at;
        this.mode = mode;
    }

    static Faults none() {
        return new Faults(-1, Mode.DIES_BEFORE);
    }

    /** The calls so far, by name. */
    List<String> calls() {
        return calls;
    }

    <T> T around(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("queue")) {
                        return proxy;
                    }
                    if (method.getName().equals("newRun")) {
                        return around(type, type.cast(invoke(real, method, arguments)));
                    }
                    boolean counts = !method.getName().equals("close")
                            && !method.getName().equals("incidents")
                            && !method.getName().equals("isReadBack")
                            && method.getDeclaringClass() != Object.class;
                    if (!counts) {
                        return invoke(real, method, arguments);
                    }
                    calls.add(type.getSimpleName() + "." + method.getName());
                    boolean here = calls.size() == at;
                    if (here && !mode.after) {
                        throw stop(method.getName());
                    }
                    Object result = invoke(real, method, arguments);
                    if (here) {
                        throw stop(method.getName());
                    }
                    return result;
                }));
    }

    private Throwable stop(String where) {
        return mode.dies ? new Death(where) : new UnavailableException("the test lets " + where + " fail");
    }

    private static Object invoke(Object real, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
