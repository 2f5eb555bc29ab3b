package dev.brain.spring;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Shows the state of Brain in this process and the numbers of its queue. Changes nothing. */
@Endpoint(id = "brain", defaultAccess = Access.READ_ONLY)
final class BrainEndpoint {
    private final BrainStatus status;

    BrainEndpoint(BrainStatus status) {
        this.status = status;
    }

    @ReadOperation
    BrainStatus.Report report() {
        return status.report();
    }
}
