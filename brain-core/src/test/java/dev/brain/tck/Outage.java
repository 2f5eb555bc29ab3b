package dev.brain.tck;

import dev.brain.error.UnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A system of record that fails during a given call, whose answer is lost, and recovers when the test asks it to. */
final class Outage {
    private String first = "";
    private boolean down;

    /** Begins the outage with the next call of this name. That call still takes effect. */
    void from(String call) {
        first = call;
    }

    void end() {
        first = "";
        down = false;
    }

    <T> T around(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean local = method.getName().equals("claimant")
                            || method.getName().equals("columns")
                            || method.getName().equals("isReadBack");
                    if (down && !local) {
                        throw new UnavailableException("the system of record is down");
                    }
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (first.equals(type.getSimpleName() + "." + method.getName())) {
                        down = true;
                        throw new UnavailableException("the system of record went down");
                    }
                    return result;
                }));
    }
}
