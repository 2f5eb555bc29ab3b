package dev.brain;

import dev.brain.error.BrainException;
import dev.brain.internal.StopSignal;
import dev.brain.queue.Reservation;
import dev.brain.queue.Settlement;
import dev.brain.queue.Settlement.Verdict;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Holding;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settles reservations by what the system of record says of their resources, looking again until it can be believed. */
final class ReadBack {
    private final TaskQueue queue;
    private final Options options;
    private final Clock clock;
    private final StopSignal stop;

    ReadBack(TaskQueue queue, Options options, Clock clock, StopSignal stop) {
        this.queue = queue;
        this.options = options;
        this.clock = clock;
        this.stop = stop;
    }

    /**
     * What came of it.
     *
     * @param confirmed tasks that became visible
     * @param ours reservations whose resource is ours
     * @param others those that were dropped because somebody else holds their resource, or it is gone
     * @param free those that were dropped because their resource still shows free, so the claim came to nothing
     * @param left those whose outcome still can't be told
     * @param reason why not; null if none is left
     */
    record Result(
            int confirmed,
            int ours,
            List<Reservation> others,
            List<Reservation> free,
            List<Reservation> left,
            @Nullable String reason) {}

    /** Settles reservations that were claimed when they were made. */
    Result settle(Site site, ResourceSource source, List<Reservation> reservations) {
        return settle(site, source, reservations, Instant.MIN);
    }

    /** @param claimedAt when the last of them may have been claimed, if that is later than its reservation */
    Result settle(Site site, ResourceSource source, List<Reservation> reservations, Instant claimedAt) {
        List<Reservation> left = reservations;
        int confirmed = 0;
        int ours = 0;
        List<Reservation> others = new ArrayList<>();
        List<Reservation> free = new ArrayList<>();
        String reason = null;
        for (int look = 0; ; look++) {
            List<Settlement> settlements = new ArrayList<>();
            try {
                settlements = decided(site, source, left, claimedAt, others, free);
                reason = "the system of record still shows them free";
            } catch (BrainException e) {
                reason = e.getMessage();
            }
            confirmed += queue.settle(settlements);
            ours += (int) settlements.stream()
                    .filter(s -> s.verdict() == Verdict.CONFIRM)
                    .count();
            List<Reservation> settled =
                    settlements.stream().map(Settlement::reservation).toList();
            left = left.stream()
                    .filter(reservation -> !settled.contains(reservation))
                    .toList();
            if (left.isEmpty()
                    || look == options.readBackDelays().size()
                    || stop.await(options.readBackDelays().get(look))) {
                return new Result(confirmed, ours, others, free, left, left.isEmpty() ? null : reason);
            }
        }
    }

    private List<Settlement> decided(
            Site site,
            ResourceSource source,
            List<Reservation> reservations,
            Instant claimedAt,
            List<Reservation> others,
            List<Reservation> free) {
        Map<Claimant, List<Reservation>> byClaimant = reservations.stream()
                .collect(
                        Collectors.groupingBy(reservation -> reservation.draft().claimant()));
        List<Settlement> settlements = new ArrayList<>();
        byClaimant.forEach((claimant, claimed) -> {
            Map<ResourceId, Holding> holdings = source.holdings(
                    site,
                    claimant,
                    claimed.stream().map(Reservation::resourceId).toList());
            Instant now = clock.instant();
            for (Reservation reservation : claimed) {
                Holding holding = holdings.getOrDefault(reservation.resourceId(), Holding.of(Holding.State.GONE));
                Instant since = claimedAt.isAfter(reservation.reservedAt()) ? claimedAt : reservation.reservedAt();
                Duration age = Duration.between(since, now);
                switch (holding.state()) {
                    case OURS -> settlements.add(new Settlement(reservation, Verdict.CONFIRM));
                    case OTHERS, GONE -> {
                        others.add(reservation);
                        settlements.add(new Settlement(reservation, Verdict.DROP));
                    }
                    case FREE -> {
                        if (age.compareTo(options.settlingTime()) >= 0) {
                            free.add(reservation);
                            settlements.add(new Settlement(reservation, Verdict.DROP));
                        }
                    }
                }
            }
        });
        return settlements;
    }
}
