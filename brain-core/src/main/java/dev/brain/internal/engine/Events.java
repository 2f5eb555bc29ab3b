package dev.brain.internal.engine;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainEvent.QueueCalled.Operation;
import dev.brain.cycle.BrainListener;
import dev.brain.error.BrainException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what happens, and records incidents. A failure in either never stops the work. */
final class Events implements IncidentLog.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final List<BrainListener> listeners;
    private final IncidentLog incidents;

    Events(List<BrainListener> listeners, IncidentLog incidents) {
        this.listeners = listeners;
        this.incidents = incidents;
    }

    void publish(BrainEvent event) {
        for (BrainListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException | Error e) {
                if (Cycle.isFatal(e)) {
                    throw e;
                }
                LOG.warn("a listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }

    /** Calls the queue, and tells the listeners how long that took. */
    <T> T timed(Operation operation, Supplier<T> call) {
        if (listeners.isEmpty()) {
            return call.get();
        }
        long begin = System.nanoTime();
        boolean failed = true;
        try {
            T result = call.get();
            failed = false;
            return result;
        } finally {
            publish(new BrainEvent.QueueCalled(operation, Duration.ofNanos(System.nanoTime() - begin), failed));
        }
    }

    /** Returns the trace context of the listeners; null if none has a valid one. */
    @Nullable
    String traceparent() {
        for (BrainListener listener : listeners) {
            try {
                String traceparent = listener.traceparent();
                if (traceparent != null && TRACEPARENT.matcher(traceparent).matches()) {
                    return traceparent;
                }
            } catch (RuntimeException | Error e) {
                if (Cycle.isFatal(e)) {
                    throw e;
                }
                LOG.warn("a listener has no trace context just now", e);
            }
        }
        return null;
    }

    /** Records reports. Returns false if they could not be recorded. */
    boolean report(List<Report> reports) {
        return record(reports).isPresent();
    }

    /** Records reports. Returns those that opened an incident, or all of them if they could not be recorded. */
    List<Report> opened(List<Report> reports) {
        return record(reports).orElse(reports);
    }

    @Override
    public void recorded(Report report, boolean opened) {
        publish(new BrainEvent.IncidentReported(report, opened));
    }

    @Override
    public void closed(Incident incident) {
        publish(new BrainEvent.IncidentClosed(incident));
    }

    /** Returns the reports that opened an incident; empty if they could not be recorded. */
    private Optional<List<Report>> record(List<Report> reports) {
        if (reports.isEmpty()) {
            return Optional.of(List.of());
        }
        for (Report report : reports) {
            LOG.debug(
                    "{}: site {}, resource {}: {}",
                    report.code(),
                    report.siteId(),
                    report.resourceId(),
                    report.message());
        }
        try {
            return Optional.of(incidents.report(reports));
        } catch (BrainException e) {
            LOG.error(
                    "{} incidents of site {} could not be recorded: {}",
                    reports.size(),
                    reports.get(0).siteId(),
                    e.getMessage());
            reports.forEach(report -> recorded(report, true));
            return Optional.empty();
        }
    }

    IncidentLog incidents() {
        return incidents;
    }
}
