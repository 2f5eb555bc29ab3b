package dev.brain.micrometer;

import static java.util.Objects.requireNonNull;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainEvent.CycleFinished;
import dev.brain.cycle.BrainEvent.CycleStarted;
import dev.brain.cycle.BrainEvent.HandlerEnded;
import dev.brain.cycle.BrainEvent.HandlerStarted;
import dev.brain.cycle.BrainListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The observations of cycles, reservations and handlers, for a listener of each {@link dev.brain.Brain} and each {@link
 * dev.brain.work.Worker} of the process. Thread-safe.
 *
 * <table>
 * <caption>Observations</caption>
 * <tr><th>name</th><th>what</th><th>key values</th></tr>
 * <tr><td>{@code brain.trace.cycle}</td><td>a cycle</td><td>{@code outcome}</td></tr>
 * <tr><td>{@code brain.trace.reserve}</td><td>the reservation of a batch, as the producer of a message. Its W3C trace
 * context is kept with each task</td><td></td></tr>
 * <tr><td>{@code brain.trace.task}</td><td>a handler, which runs within its scope, in a trace of its own</td><td>{@code
 * site}, {@code handler}, {@code outcome}; high cardinality: {@code task}, {@code traceparent}, the context of the
 * reservation</td></tr>
 * </table>
 *
 * @stability evolving
 */
public final class BrainTracing implements BrainListener {
    private static final String TRACEPARENT = "traceparent";

    private final ObservationRegistry registry;

    @SuppressWarnings("ThreadLocalUsage") // each registry has its own
    private final ThreadLocal<@Nullable Open> open = new ThreadLocal<>();

    private BrainTracing(ObservationRegistry registry) {
        this.registry = requireNonNull(registry, "registry");
    }

    public static BrainTracing of(ObservationRegistry registry) {
        return new BrainTracing(registry);
    }

    /** What the calling thread does, and the scope in which it does. */
    private record Open(Observation observation, Observation.Scope scope) {
        void end(String outcome) {
            observation.lowCardinalityKeyValue("outcome", outcome);
            scope.close();
            observation.stop();
        }
    }

    @Override
    public void on(BrainEvent event) {
        if (event instanceof CycleStarted) {
            begin("brain.trace.cycle", "cycle", Observation.Context::new);
        } else if (event instanceof CycleFinished finished) {
            end(finished.report().errorCount() > 0 ? "error" : "success");
        } else if (event instanceof HandlerStarted started) {
            begin(
                    "brain.trace.task",
                    "task of " + started.task().siteId(),
                    () -> new TaskObservationContext(started.task(), started.handler()));
        } else if (event instanceof HandlerEnded ended) {
            end(BrainMeters.outcome(ended.result()));
        }
    }

    private void begin(String name, String shown, Supplier<Observation.Context> context) {
        // of something that has ended without an event
        end("unknown");
        Observation observation =
                Observation.createNotStarted(name, context, registry).contextualName(shown);
        observation.start();
        open.set(new Open(observation, observation.openScope()));
    }

    private void end(String outcome) {
        Open ended = open.get();
        if (ended != null) {
            open.remove();
            ended.end(outcome);
        }
    }

    @Override
    public @Nullable String traceparent() {
        Map<String, String> headers = new HashMap<>();
        SenderContext<Map<String, String>> context =
                new SenderContext<>((carrier, key, value) -> headers.put(key, value), Kind.PRODUCER);
        context.setCarrier(headers);
        Observation.createNotStarted("brain.trace.reserve", () -> context, registry)
                .contextualName("reserve")
                .observe(() -> {});
        return headers.get(TRACEPARENT);
    }
}
