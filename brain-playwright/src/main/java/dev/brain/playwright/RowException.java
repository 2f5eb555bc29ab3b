package dev.brain.playwright;

import dev.brain.error.BrainException;

/** Thrown if nothing could be pressed for a resource, for a reason that may be the resource's own. */
final class RowException extends BrainException {
    private static final long serialVersionUID = 1L;

    private final BrainException siteFailure;

    /** @param siteFailure the failure of the whole site, if several resources in a row fail */
    RowException(BrainException siteFailure) {
        super(siteFailure.problem(), siteFailure);
        this.siteFailure = siteFailure;
    }

    /** Returns the failure of the whole site, if several resources in a row fail. */
    BrainException siteFailure() {
        return siteFailure;
    }
}
