package dev.brain.tck;

import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** A queue whose calls a test observes, before and after each has an effect. A hook makes a call fail by throwing. */
public final class Hooked {
    /** What a test does at a call. */
    public interface Hook {
        void run() throws Exception;
    }

    private final TaskQueue real;
    private final Map<String, Hook> before = new ConcurrentHashMap<>();
    private final Map<String, Hook> after = new ConcurrentHashMap<>();

    Hooked(TaskQueue real) {
        this.real = real;
    }

    Hooked before(String method, Hook hook) {
        before.put(method, hook);
        return this;
    }

    Hooked after(String method, Hook hook) {
        after.put(method, hook);
        return this;
    }

    /** Returns a source that runs an action once, between its first list of candidates and all that follows. */
    public static ResourceSource listed(ResourceSource real, Hook then) {
        AtomicBoolean done = new AtomicBoolean();
        return (ResourceSource) Proxy.newProxyInstance(
                ResourceSource.class.getClassLoader(),
                new Class<?>[] {ResourceSource.class},
                (proxy, method, arguments) -> {
                    Object result = call(real, method, arguments);
                    if (method.getName().equals("candidates") && done.compareAndSet(false, true)) {
                        then.run();
                    }
                    return result;
                });
    }

    private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    TaskQueue queue() {
        return around(real);
    }

    private TaskQueue around(TaskQueue real) {
        Hook nothing = () -> {};
        return (TaskQueue) Proxy.newProxyInstance(
                TaskQueue.class.getClassLoader(), new Class<?>[] {TaskQueue.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("queue")) {
                        return proxy;
                    }
                    // settling alone or with the next reservation is the same step of the protocol
                    String step = method.getName().equals("settleAndReserve") ? "settle" : method.getName();
                    before.getOrDefault(step, nothing).run();
                    Object result = call(real, method, arguments);
                    after.getOrDefault(step, nothing).run();
                    return method.getName().equals("newRun") ? around((TaskQueue) result) : result;
                });
    }
}
