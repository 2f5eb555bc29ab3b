package dev.brain.internal.engine;

import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The claimants that another queue also uses. No site of such a claimant claims anything until a person resolves the
 * incident. Sites have one claimant if they use the same name in the same source.
 */
final class SharedClaimants {
    private final Events events;
    /** The name of the source of each configured site. */
    private final Map<String, String> sources = new HashMap<>();
    /**
     * Incidents that could not be recorded yet. Without them, the next cycle could queue another queue's resources.
     */
    private final List<Report> unrecorded;

    /** What this cycle has reported. */
    private final List<Report> reported = new ArrayList<>();

    private @Nullable List<Incident> openAtStart;

    SharedClaimants(Events events, List<Report> unrecorded) {
        this.events = events;
        this.unrecorded = unrecorded;
    }

    /** Receives all configured sites, before anything is asked. */
    void configured(List<Site> sites) {
        sites.forEach(site -> sources.put(site.id(), site.source()));
    }

    /**
     * Returns why a site may claim and queue nothing; empty if there is no sign of another queue.
     *
     * @param claimant the site's claimant; null to look only for an incident of the site itself
     */
    Optional<String> sign(Site site, @Nullable Claimant claimant) {
        Optional<Report> pending = unrecorded.stream()
                .filter(report -> concerns(report, site, claimant))
                .findFirst();
        if (pending.isPresent()) {
            record(pending.get());
            return pending.map(Report::message);
        }
        return open(site, claimant)
                .map(incident -> "nothing is claimed for it while incident " + incident.id() + " ("
                        + IncidentCode.CLAIMANT_SHARED + ") is open: "
                        + incident.report().message());
    }

    /**
     * Does the same with the incidents that were open when this cycle first asked, so that many sites cost one read of
     * the queue.
     */
    Optional<String> signAtStart(Site site, @Nullable Claimant claimant) {
        List<Incident> open = openAtStart;
        if (open == null) {
            open = events.incidents().openOfSites(IncidentCode.CLAIMANT_SHARED);
            openAtStart = open;
        }
        boolean mayConcern = Stream.concat(
                        open.stream().map(Incident::report), Stream.concat(unrecorded.stream(), reported.stream()))
                .anyMatch(report -> concerns(report, site, claimant));
        return mayConcern ? sign(site, claimant) : Optional.empty();
    }

    private Optional<Incident> open(Site site, @Nullable Claimant claimant) {
        return events.incidents().openOfSites(IncidentCode.CLAIMANT_SHARED).stream()
                .filter(incident -> concerns(incident.report(), site, claimant))
                .findFirst();
    }

    private boolean concerns(Report report, Site site, @Nullable Claimant claimant) {
        if (report.siteId().equals(site.id())) {
            return true;
        }
        if (claimant == null || !claimant.matches(report.owner())) {
            return false;
        }
        String source = sources.get(report.siteId());
        return source == null || source.equals(site.source());
    }

    /**
     * Opens the claimant's incident about resources that somebody else took under its name. If another site of the
     * claimant has the incident already, that one is repeated.
     *
     * @param doubts what else a person must check; may be empty
     * @return the incident's message
     */
    String report(Site site, Claimant claimant, List<ResourceId> taken, String doubts) {
        String message = (taken.size() == 1
                        ? "resource " + taken.get(0)
                        : taken.size() + " resources, the first of them " + taken.get(0) + ",")
                + " became " + claimant.name()
                + "'s after this queue had listed them as free, and not through this queue:"
                + " another queue or program claims under that name. "
                + doubts
                + "Give each queue a claimant of its own, or let both use one queue; then resolve the incident";
        String siteId = Stream.concat(unrecorded.stream(), open(site, claimant).map(Incident::report).stream())
                .filter(report -> concerns(report, site, claimant))
                .map(Report::siteId)
                .findFirst()
                .orElse(site.id());
        record(new Report(IncidentCode.CLAIMANT_SHARED, siteId, null, message).withOwner(claimant.name()));
        return message;
    }

    /** Returns whether a sign was reported in this cycle, without a look at the queue. */
    boolean isReported(Site site, Claimant claimant) {
        return reported.stream().anyMatch(report -> concerns(report, site, claimant));
    }

    private void record(Report report) {
        reported.add(report);
        unrecorded.removeIf(other -> other.siteId().equals(report.siteId()));
        if (!events.report(List.of(report))) {
            unrecorded.add(report);
        }
    }
}
