package dev.brain;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.error.BrainException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentLog;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what happens, and records incidents; what goes wrong in either never stops the work. */
final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);

    private final List<BrainListener> listeners;
    private final IncidentLog incidents;

    Events(List<BrainListener> listeners, IncidentLog incidents) {
        this.listeners = listeners;
        this.incidents = incidents;
    }

    void tell(BrainEvent event) {
        for (BrainListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }

    /** False if they could not be recorded. */
    boolean report(List<Report> reports) {
        if (reports.isEmpty()) {
            return true;
        }
        for (Report report : reports) {
            LOG.debug(
                    "{}: site {}, resource {}: {}",
                    report.code(),
                    report.siteId(),
                    report.resourceId(),
                    report.message());
        }
        boolean recorded = false;
        try {
            incidents.report(reports);
            recorded = true;
        } catch (BrainException e) {
            LOG.error(
                    "{} incidents of site {} could not be recorded: {}",
                    reports.size(),
                    reports.get(0).siteId(),
                    e.getMessage());
        }
        reports.forEach(report -> tell(new BrainEvent.IncidentReported(report)));
        return recorded;
    }

    IncidentLog incidents() {
        return incidents;
    }
}
