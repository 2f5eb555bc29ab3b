package dev.brain.internal.engine;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.error.BrainException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentLog;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what happens, and records incidents. A failure in either never stops the work. */
final class Events implements IncidentLog.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

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
