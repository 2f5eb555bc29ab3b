package dev.brain.internal.engine;

import dev.brain.error.BrainException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.incident.IncidentLog.Filter;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The codes of the incidents that were open when a cycle began to serve its sites. One read of the log says which of
 * many sites need another.
 */
final class OpenIncidents {
    private final IncidentLog log;

    private @Nullable Map<String, Set<IncidentCode>> codes;
    private final Set<String> unknownToBackup = new HashSet<>();

    OpenIncidents(IncidentLog log) {
        this.log = log;
    }

    /** Returns whether a site had an open incident of one of these codes. */
    boolean hasAny(String siteId, Collection<IncidentCode> wanted) {
        Map<String, Set<IncidentCode>> read = codes;
        if (read == null) {
            read = log.openCodes();
            codes = read;
        }
        return !Collections.disjoint(read.getOrDefault(siteId, Set.of()), wanted);
    }

    /** Throws if the queue was restored from a backup, and no person has approved it yet. */
    void requireNotRestored() {
        if (hasAnywhere(IncidentCode.RESTORED)) {
            throw new BrainException(
                    "nothing is claimed, because the queue was restored from a backup: look at the held"
                            + " tasks and the incidents, then run 'brain queue restored approve'");
        }
    }

    /**
     * Returns whether a claim of a site that has no task may have been made before the queue was restored from a backup: until
     * a person has approved the restored queue and a cycle has read the site's claims. Opens the incident that says so for a
     * site that the backup did not know.
     */
    boolean isRestored(String siteId) {
        if (hasAnywhere(IncidentCode.RESTORED)
                || has(siteId, IncidentCode.RESTORED_CLAIMS)
                || unknownToBackup.contains(siteId)) {
            return true;
        }
        boolean isUnknown =
                isInLog(Set.of(), IncidentCode.RESTORED) && !isInLog(Set.of(siteId), IncidentCode.RESTORED_CLAIMS);
        if (isUnknown) {
            unknownToBackup.add(siteId);
            log.report(List.of(new Report(
                    IncidentCode.RESTORED_CLAIMS,
                    siteId,
                    null,
                    "the queue was restored from a backup without this site")));
        }
        return isUnknown;
    }

    /** Returns whether one of these sites, or any if none is named, has or had an incident of this code. */
    private boolean isInLog(Set<String> siteIds, IncidentCode code) {
        return !log.list(new Filter(siteIds, Set.of(code), null, null, false, 1))
                .isEmpty();
    }

    /** Returns whether any site had an open incident of this code. */
    boolean hasAnywhere(IncidentCode code) {
        hasAny("", Set.of(code));
        return codes != null && codes.values().stream().anyMatch(open -> open.contains(code));
    }

    boolean has(String siteId, IncidentCode code) {
        return hasAny(siteId, Set.of(code));
    }
}
