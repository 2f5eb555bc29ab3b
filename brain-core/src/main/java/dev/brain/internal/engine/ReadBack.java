package dev.brain.internal.engine;

import dev.brain.error.BrainException;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settles reservations by the owners of their resources in the system of record, with repeated read-backs. */
final class ReadBack {
    private final CycleContext context;

    ReadBack(CycleContext context) {
        this.context = context;
    }

    /** Decides about what one look at the system of record finds. */
    interface Policy {
        /** Returns the conclusion for each reservation whose resource is the claimant's; omitted ones are read again. */
        Map<Reservation, Conclusion> ours(List<Reservation> ours);

        /**
         * Receives the reservations whose resource belongs to somebody else or is gone, before they are dropped. If this
         * throws, they stay reserved and are read again.
         *
         * @param isAnyOurs whether the same look finds others that are the claimant's
         */
        default void others(List<Reservation> others, boolean isAnyOurs) {}
    }

    /**
     * The result of settling.
     *
     * @param confirmed tasks that became visible
     * @param conclusions the settled reservations
     * @param left the reservations whose outcome is still unknown
     * @param reason why it is unknown; null if none is left
     */
    record Result(
            int confirmed,
            Map<Reservation, Conclusion> conclusions,
            List<Reservation> left,
            @Nullable String reason) {
        List<Reservation> with(Conclusion conclusion) {
            return conclusions.entrySet().stream()
                    .filter(entry -> entry.getValue() == conclusion)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /**
     * Settles reservations.
     *
     * @param claimedAt when the last of them may have been claimed, if that is later than its reservation
     */
    Result settle(Site site, ResourceSource source, List<Reservation> reservations, Instant claimedAt, Policy policy) {
        List<Duration> delays = context.options().readBackDelays();
        List<Reservation> left = reservations;
        int confirmed = 0;
        Map<Reservation, Conclusion> all = new LinkedHashMap<>();
        String reason = null;
        for (int look = 0; ; look++) {
            Map<Reservation, Conclusion> found = new LinkedHashMap<>();
            try {
                found = look(site, source, left, claimedAt, policy);
                reason = "the system of record still shows them free";
            } catch (BrainException e) {
                reason = e.problem();
            }
            confirmed += context.queue().settle(settlements(found));
            all.putAll(found);
            left = left.stream()
                    .filter(reservation -> !all.containsKey(reservation))
                    .toList();
            if (left.isEmpty() || look == delays.size() || context.stop().await(delays.get(look))) {
                return new Result(confirmed, all, left, left.isEmpty() ? null : reason);
            }
        }
    }

    /**
     * Settles only the reservations whose resource is the claimant's, after one look. The others stay reserved, because the
     * run that made them may still claim them.
     */
    Result settleOurs(Site site, ResourceSource source, List<Reservation> reservations, Policy policy) {
        List<Reservation> ours = new ArrayList<>();
        ownership(site, source, reservations).forEach((reservation, state) -> {
            if (state == Ownership.State.OURS) {
                ours.add(reservation);
            }
        });
        Map<Reservation, Conclusion> found = ours.isEmpty() ? Map.of() : policy.ours(ours);
        int confirmed = context.queue().settle(settlements(found));
        return new Result(
                confirmed,
                found,
                reservations.stream()
                        .filter(reservation -> !found.containsKey(reservation))
                        .toList(),
                null);
    }

    private static List<Settlement> settlements(Map<Reservation, Conclusion> found) {
        return found.entrySet().stream()
                .map(entry -> new Settlement(
                        entry.getKey(), entry.getValue() == Conclusion.OURS ? Verdict.CONFIRM : Verdict.DROP))
                .toList();
    }

    private Map<Reservation, Conclusion> look(
            Site site, ResourceSource source, List<Reservation> reservations, Instant claimedAt, Policy policy) {
        List<Reservation> ours = new ArrayList<>();
        List<Reservation> others = new ArrayList<>();
        Map<Reservation, Conclusion> found = new LinkedHashMap<>();
        ownership(site, source, reservations).forEach((reservation, state) -> {
            Instant since = claimedAt.isAfter(reservation.reservedAt()) ? claimedAt : reservation.reservedAt();
            switch (state) {
                case OURS -> ours.add(reservation);
                case OTHERS, GONE -> others.add(reservation);
                case FREE -> {
                    if (Duration.between(since, context.clock().instant())
                                    .compareTo(context.options().settlingTime())
                            >= 0) {
                        found.put(reservation, Conclusion.FREE);
                    }
                }
            }
        });
        if (!others.isEmpty()) {
            policy.others(others, !ours.isEmpty());
            found.putAll(Conclusion.of(others, Conclusion.OTHERS));
        }
        if (!ours.isEmpty()) {
            found.putAll(policy.ours(ours));
        }
        return found;
    }

    private static Map<Reservation, Ownership.State> ownership(
            Site site, ResourceSource source, List<Reservation> reservations) {
        Map<Claimant, List<Reservation>> byClaimant = reservations.stream()
                .collect(
                        Collectors.groupingBy(reservation -> reservation.draft().claimant()));
        Map<Reservation, Ownership.State> states = new LinkedHashMap<>();
        byClaimant.forEach((claimant, claimed) -> {
            Map<ResourceId, Ownership> ownership = source.ownership(
                    site,
                    claimant,
                    claimed.stream().map(Reservation::resourceId).toList());
            claimed.forEach(reservation -> states.put(
                    reservation,
                    ownership
                            .getOrDefault(reservation.resourceId(), Ownership.of(Ownership.State.GONE))
                            .state()));
        });
        return states;
    }
}
