package dev.brain.spring;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Is down if the queue is unavailable, or if claiming or working is enabled and does not run. Incidents and failed cycles are
 * details only: a restart helps neither.
 */
final class BrainHealthIndicator extends AbstractHealthIndicator {
    private final BrainStatus status;

    BrainHealthIndicator(BrainStatus status) {
        super("the queue is unavailable");
        this.status = status;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.status(status.running().containsValue(false) ? "DOWN" : "UP")
                .withDetails(status.running())
                .withDetail("openIncidents", status.openIncidents());
        BrainStatus.Cycle cycle = status.lastCycle();
        if (cycle != null) {
            builder.withDetail("lastCycle", cycle);
        }
    }
}
