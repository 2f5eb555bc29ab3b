package dev.brain.incident;

import static java.util.Objects.requireNonNull;

import dev.brain.resource.ResourceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A recorded problem that a person must look at.
 *
 * @param id its number
 * @param report what was reported last
 * @param count how often it was reported while open
 * @param openedAt when it was first reported
 * @param lastSeenAt when it was last reported
 * @param resolvedAt null while it is open
 * @param assignee the person who is responsible for it; null if nobody is
 * @stability stable
 */
public record Incident(
        long id,
        Report report,
        int count,
        Instant openedAt,
        Instant lastSeenAt,
        @Nullable Instant resolvedAt,
        @Nullable String assignee) {
    public Incident {
        requireNonNull(report, "report");
        requireNonNull(openedAt, "openedAt");
        requireNonNull(lastSeenAt, "lastSeenAt");
    }

    /**
     * The contents of a report.
     *
     * @param siteId the site it concerns
     * @param resourceId the resource it concerns; null if it is the whole site
     * @param evidence the path of evidence, if there is any
     * @param owner the holder of the resource; null if the incident is not about a holder
     */
    public record Report(
            IncidentCode code,
            String siteId,
            @Nullable ResourceId resourceId,
            String message,
            @Nullable String evidence,
            @Nullable String owner) {
        public Report {
            requireNonNull(code, "code");
            requireNonNull(siteId, "siteId");
            requireNonNull(message, "message");
        }

        public Report(
                IncidentCode code,
                String siteId,
                @Nullable ResourceId resourceId,
                String message,
                @Nullable String evidence) {
            this(code, siteId, resourceId, message, evidence, null);
        }

        public Report(IncidentCode code, String siteId, @Nullable ResourceId resourceId, String message) {
            this(code, siteId, resourceId, message, null, null);
        }

        /** Returns this report about a resource that somebody holds. */
        public Report withOwner(String name) {
            return new Report(code, siteId, resourceId, message, evidence, name);
        }
    }
}
