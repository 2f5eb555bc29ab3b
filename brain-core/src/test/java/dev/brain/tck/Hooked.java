package dev.brain.tck;

import dev.brain.queue.TaskQueue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A queue of which a test hears every call, before it has an effect and after; and may make it fail by throwing. */
final class Hooked {
    /** What a test does at a call. */
    interface Hook {
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
                    before.getOrDefault(method.getName(), nothing).run();
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    after.getOrDefault(method.getName(), nothing).run();
                    return method.getName().equals("newRun") ? around((TaskQueue) result) : result;
                });
    }
}
