package dev.brain.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.work.TaskOutcome;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrainTracingTest {
    private final SimpleTracer tracer = new SimpleTracer();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final BrainTracing tracing = BrainTracing.of(registry);

    @TempDir
    private Path folder;

    @BeforeEach
    void traceEverything() {
        registry.observationConfig()
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new LinkedTaskHandler(tracer),
                        new PropagatingSenderTracingObservationHandler<>(tracer, new W3c()),
                        new DefaultTracingObservationHandler(tracer)));
    }

    @Test
    void aHandlerRunsInATraceOfItsOwnThatIsLinkedToItsReservation() throws Exception {
        AtomicReference<SimpleSpan> current = new AtomicReference<>();
        try (World world = new World(folder, 1)) {
            world.claim(tracing, false);
            Task task = world.store.operations().list(TaskFilter.newest(1)).get(0);
            SimpleSpan reserve = span("reserve");
            assertThat(reserve.getKind()).isEqualTo(Span.Kind.PRODUCER);
            assertThat(reserve.getTraceId()).isEqualTo(span("cycle").getTraceId());
            assertThat(task.traceparent()).isEqualTo(W3c.header(reserve.context()));

            world.work(tracing, context -> {
                current.set(tracer.currentSpan());
                return TaskOutcome.done();
            });
            SimpleSpan handled = span("task of " + World.SITE);
            assertThat(current.get()).as("the handler's own spans belong to it").isSameAs(handled);
            assertThat(handled.getTraceId()).isNotEqualTo(reserve.getTraceId());
            assertThat(handled.getLinks())
                    .extracting(Link::getTraceContext)
                    .extracting(TraceContext::spanId)
                    .containsExactly(reserve.getSpanId());
            assertThat(handled.getTags())
                    .containsEntry("site", World.SITE)
                    .containsEntry("handler", "code")
                    .containsEntry("outcome", "completed")
                    .containsEntry("task", String.valueOf(task.id()))
                    .containsEntry("traceparent", task.traceparent());
            assertThat(tracer.currentSpan()).isNull();
        }
    }

    @Test
    void aCycleWithoutATraceReservesWithoutAContext() throws Exception {
        try (World world = new World(folder, 1)) {
            world.claim(BrainTracing.of(ObservationRegistry.create()), false);
            assertThat(world.store
                            .operations()
                            .list(TaskFilter.newest(1))
                            .get(0)
                            .traceparent())
                    .isNull();
        }
    }

    @Test
    void aContextThatW3cDoesNotKnowIsNotKept() throws Exception {
        BrainListener odd = new BrainListener() {
            @Override
            public void on(BrainEvent event) {}

            @Override
            public String traceparent() {
                return "b3=1; DROP";
            }
        };
        try (World world = new World(folder, 1)) {
            world.claim(odd, false);
            assertThat(world.store
                            .operations()
                            .list(TaskFilter.newest(1))
                            .get(0)
                            .traceparent())
                    .isNull();
        }
    }

    private SimpleSpan span(String name) {
        List<SimpleSpan> found = tracer.getSpans().stream()
                .filter(span -> name.equals(span.getName()))
                .toList();
        assertThat(found).as(tracer.getSpans().toString()).hasSize(1);
        return found.get(0);
    }

    /** Begins a trace for each handler, with a link to the reservation of its task. As in docs/metrics.md. */
    private static final class LinkedTaskHandler extends DefaultTracingObservationHandler {
        LinkedTaskHandler(SimpleTracer tracer) {
            super(tracer);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof TaskObservationContext;
        }

        @Override
        public void onStart(Observation.Context context) {
            Span.Builder span = getTracer().spanBuilder().setNoParent();
            String traceparent = ((TaskObservationContext) context).traceparent();
            if (traceparent != null) {
                String[] parts = traceparent.split("-", -1);
                span.addLink(new Link(getTracer()
                        .traceContextBuilder()
                        .traceId(parts[1])
                        .spanId(parts[2])
                        .sampled(true)
                        .build()));
            }
            getTracingContext(context).setSpan(span.start());
        }
    }

    /** Writes the context of a trace as W3C has it. */
    private static final class W3c implements Propagator {
        static String header(TraceContext context) {
            return "00-" + "0".repeat(32 - context.traceId().length()) + context.traceId() + "-" + context.spanId()
                    + "-01";
        }

        @Override
        public List<String> fields() {
            return List.of("traceparent");
        }

        @Override
        public <C> void inject(TraceContext context, C carrier, Setter<C> setter) {
            setter.set(carrier, "traceparent", header(Objects.requireNonNull(context)));
        }

        @Override
        public <C> Span.Builder extract(C carrier, Getter<C> getter) {
            throw new UnsupportedOperationException("nothing is received");
        }
    }
}
