package dev.brain.internal.engine;

import dev.brain.error.BrainException;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import java.util.Collection;
import java.util.Collections;
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

    /** Returns whether any site had an open incident of this code. */
    boolean hasAnywhere(IncidentCode code) {
        hasAny("", Set.of(code));
        return codes != null && codes.values().stream().anyMatch(open -> open.contains(code));
    }

    boolean has(String siteId, IncidentCode code) {
        return hasAny(siteId, Set.of(code));
    }
}
