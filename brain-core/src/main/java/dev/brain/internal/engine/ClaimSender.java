package dev.brain.internal.engine;

import dev.brain.claim.ClaimOutcome;
import dev.brain.cycle.BrainEvent;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends claims to a site's strategy. */
final class ClaimSender {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimSender.class);

    private ClaimSender() {}

    /**
     * Sends the claims of a batch. Returns an outcome for each of them, whatever goes wrong. A wrong configuration
     * means that nothing was claimed. Any other exception leaves every outcome unknown.
     */
    static Map<Reservation, ClaimOutcome> send(SiteContext context, List<Reservation> reservations) {
        List<Resource> batch = reservations.stream()
                .map(reservation -> reservation.draft().resource())
                .toList();
        Map<Reservation, ClaimOutcome> outcomes = new LinkedHashMap<>();
        long begin = System.nanoTime();
        try {
            Map<ResourceId, ClaimOutcome> answers = context.strategy().claim(context.site(), context.claimant(), batch);
            for (Reservation reservation : reservations) {
                outcomes.put(
                        reservation,
                        answers.getOrDefault(
                                reservation.resourceId(), ClaimOutcome.unknown("the claim says nothing of it")));
            }
        } catch (ConfigurationException e) {
            ClaimOutcome outcome = ClaimOutcome.notSent(e);
            reservations.forEach(reservation -> outcomes.put(reservation, outcome));
        } catch (RuntimeException e) {
            LOG.debug("site {}: a claim failed", context.siteId(), e);
            ClaimOutcome outcome = ClaimOutcome.unknown(e.getMessage() == null ? e.toString() : e.getMessage());
            reservations.forEach(reservation -> outcomes.put(reservation, outcome));
        } finally {
            if (!context.cycle().dry()) {
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                String strategy = context.site().claim();
                context.events().publish(new BrainEvent.ClaimSent(context.siteId(), strategy, batch.size(), took));
            }
        }
        return outcomes;
    }
}
