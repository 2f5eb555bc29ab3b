package dev.brain.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The meters. No tag has an id as its value, except that of a site. */
enum BrainMeter {
    CYCLE("brain.cycle", Type.TIMER, "The duration of cycles", "outcome"),
    CANDIDATES("brain.candidates", Type.COUNTER, "What became of the listed resources", "site", "result"),
    CLAIMS("brain.claims", Type.COUNTER, "The outcomes of claims", "site", "outcome"),
    CLAIM_CALL("brain.claim.call", Type.TIMER, "The duration of calls of claim strategies", "site", "strategy"),
    QUEUE_TASKS("brain.queue.tasks", Type.GAUGE, "The tasks of the queue, up to 10,000 each", "site", "status"),
    QUEUE_OLDEST("brain.queue.oldest", Type.TIME_GAUGE, "The age of the oldest pending task", "site"),
    QUEUE_CALL("brain.queue.call", Type.TIMER, "The duration of calls of the queue", "operation", "outcome"),
    TASK_WAIT(
            "brain.task.wait", Type.TIMER, "How long tasks were ready before they began", "site", "handler", "outcome"),
    TASK_RUN("brain.task.run", Type.TIMER, "The duration of handlers", "site", "handler", "outcome"),
    TASK_RETRIES("brain.task.retries", Type.COUNTER, "Technical failures after which a task is tried again"),
    LEASES_LOST("brain.leases.lost", Type.COUNTER, "Leases that workers of this process have lost", "submitting"),
    INCIDENTS_OPEN("brain.incidents.open", Type.GAUGE, "The open incidents, up to 10,000 each", "site", "code"),
    DEADLINE_NEXT(
            "brain.deadline.next",
            Type.TIME_GAUGE,
            "The time until the next deadline of a task; 0 if one has passed, NaN if there is none",
            "site"),
    WORKER_THREADS("brain.worker.threads", Type.GAUGE, "The threads of the workers of this process", "state"),
    SITE_PAUSED("brain.site.paused", Type.GAUGE, "1 if the site is paused, else 0", "site", "by");

    /** The kind of a meter. */
    enum Type {
        TIMER,
        COUNTER,
        GAUGE,
        TIME_GAUGE
    }

    private final String meterName;
    private final Type type;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // it is made by List.of
    private final List<String> tagKeys;

    BrainMeter(String meterName, Type type, String description, String... tagKeys) {
        this.meterName = meterName;
        this.type = type;
        this.description = description;
        this.tagKeys = List.of(tagKeys);
    }

    String meterName() {
        return meterName;
    }

    Type type() {
        return type;
    }

    String description() {
        return description;
    }

    List<String> tagKeys() {
        return tagKeys;
    }

    /** @param values the values of the tags, in the order of their keys */
    Timer timer(MeterRegistry registry, String... values) {
        return Timer.builder(meterName)
                .description(description)
                .tags(tags(values))
                .register(registry);
    }

    /** @param values the values of the tags, in the order of their keys */
    Counter counter(MeterRegistry registry, String... values) {
        return Counter.builder(meterName)
                .description(description)
                .tags(tags(values))
                .register(registry);
    }

    /**
     * Registers a gauge.
     *
     * @param value returns its value, in seconds for a time
     * @param values the values of the tags, in the order of their keys
     */
    Meter gauge(MeterRegistry registry, Supplier<Number> value, List<String> values) {
        List<Tag> tags = tags(values.toArray(String[]::new));
        return type == Type.TIME_GAUGE
                ? TimeGauge.builder(meterName, value, TimeUnit.SECONDS)
                        .description(description)
                        .tags(tags)
                        .register(registry)
                : Gauge.builder(meterName, value)
                        .description(description)
                        .tags(tags)
                        .register(registry);
    }

    private List<Tag> tags(String... values) {
        if (values.length != tagKeys.size()) {
            throw new IllegalArgumentException(meterName + " has the tags " + tagKeys + ", not " + values.length);
        }
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(tagKeys.get(i), values[i]));
        }
        return tags;
    }
}
