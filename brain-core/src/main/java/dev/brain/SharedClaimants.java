package dev.brain;

import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sites whose claimant another queue also uses. They claim nothing until a person resolves the incident. */
final class SharedClaimants {
    private final Events events;
    /**
     * Incidents that could not be recorded yet, by site. Without them, the next cycle could queue another queue's
     * resources.
     */
    private final Map<String, Report> unrecorded;

    SharedClaimants(Events events, Map<String, Report> unrecorded) {
        this.events = events;
        this.unrecorded = unrecorded;
    }

    /** Returns why a site may claim and queue nothing; empty if there is no sign of another queue. */
    Optional<String> sign(String siteId) {
        Report report = unrecorded.get(siteId);
        if (report != null) {
            record(report);
            return Optional.of(report.message());
        }
        return events.incidents()
                .openOfSite(siteId, IncidentCode.CLAIMANT_SHARED)
                .map(incident -> "nothing is claimed for it while incident " + incident.id() + " ("
                        + IncidentCode.CLAIMANT_SHARED + ") is open: "
                        + incident.report().message());
    }

    /** Opens the site's incident about resources that somebody else took under the claimant's name. Returns its message. */
    String tell(Site site, Claimant claimant, List<ResourceId> taken, boolean isReadBack) {
        String message = (taken.size() == 1
                        ? "resource " + taken.get(0)
                        : taken.size() + " resources, the first of them " + taken.get(0) + ",")
                + " became " + claimant.name()
                + "'s after this queue had listed them as free, and not through this queue:"
                + " another queue or program claims under that name. "
                + (isReadBack
                        ? "It may also have a task for what this queue claimed in the last minutes: compare the two. "
                        : "")
                + "Give each queue a claimant of its own, or let both use one queue; then resolve the incident";
        record(new Report(IncidentCode.CLAIMANT_SHARED, site.id(), null, message));
        return message;
    }

    private void record(Report report) {
        if (events.report(List.of(report))) {
            unrecorded.remove(report.siteId());
        } else {
            unrecorded.put(report.siteId(), report);
        }
    }
}
