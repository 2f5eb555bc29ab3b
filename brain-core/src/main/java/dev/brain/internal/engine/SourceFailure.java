package dev.brain.internal.engine;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.incident.IncidentCode;

/** A failure of the system of record, not of the queue. */
final class SourceFailure extends UnavailableException {
    private static final long serialVersionUID = 1L;

    SourceFailure(BrainException cause) {
        super(cause.problem(), cause);
    }

    /** Returns the code of a failure: repeating does not help if the configuration is wrong. */
    IncidentCode code() {
        return getCause() instanceof ConfigurationException
                ? IncidentCode.CONFIGURATION_INVALID
                : IncidentCode.SOURCE_UNREACHABLE;
    }
}
