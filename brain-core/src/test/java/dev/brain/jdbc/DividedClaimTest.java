package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DividedClaimTest {
    /** A table that refuses a claim of certain rows, whole, as a transaction does. */
    private static class Rows implements DividedClaim.Pieces {
        private final Set<ResourceId> bad = new HashSet<>();
        private final Set<ResourceId> ours = new HashSet<>();
        final List<Integer> claims = new ArrayList<>();
        private boolean keepsRefused;

        Rows bad(int... ids) {
            IntStream.of(ids).forEach(id -> bad.add(ResourceId.of(id)));
            return this;
        }

        @Override
        public Map<ResourceId, ClaimOutcome> claim(List<ResourceId> ids) {
            claims.add(ids.size());
            boolean isRefused = ids.stream().anyMatch(bad::contains);
            if (!isRefused || keepsRefused) {
                ours.addAll(ids);
            }
            if (isRefused) {
                throw new RowRefusedException("cannot claim: refused", "refused", false, new IllegalStateException());
            }
            Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
            ids.forEach(id -> outcomes.put(id, ClaimOutcome.won()));
            return outcomes;
        }

        @Override
        public Map<ResourceId, Ownership> ownership(List<ResourceId> ids) {
            return ids.stream()
                    .collect(Collectors.toMap(
                            id -> id,
                            id -> Ownership.of(ours.contains(id) ? Ownership.State.OURS : Ownership.State.FREE)));
        }
    }

    private static List<ResourceId> ids(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(ResourceId::of).toList();
    }

    private static Map<Result, Long> counted(Map<ResourceId, ClaimOutcome> outcomes) {
        return outcomes.values().stream().collect(Collectors.groupingBy(ClaimOutcome::result, Collectors.counting()));
    }

    @Test
    void onlyTheBadRowsFail() {
        Rows rows = new Rows().bad(1, 30, 31, 50);
        Map<ResourceId, ClaimOutcome> outcomes = new DividedClaim(rows).run(ids(50));

        assertThat(counted(outcomes)).containsExactlyInAnyOrderEntriesOf(Map.of(Result.WON, 46L, Result.FAILED, 4L));
        assertThat(rows.bad).allSatisfy(id -> assertThat(outcomes.get(id)).isEqualTo(ClaimOutcome.failed("refused")));
    }

    @Test
    void aBatchWithoutABadRowIsOneClaim() {
        Rows rows = new Rows();
        new DividedClaim(rows).run(ids(50));

        assertThat(rows.claims).containsExactly(50);
    }

    @Test
    void aRunOfBadRowsAtTheBeginningKeepsNobodyElse() {
        Rows rows = new Rows().bad(IntStream.rangeClosed(1, 24).toArray());

        assertThat(counted(new DividedClaim(rows).run(ids(50))))
                .containsExactlyInAnyOrderEntriesOf(Map.of(Result.WON, 26L, Result.FAILED, 24L));
    }

    @Test
    void whereEveryRowIsRefusedOnlySomeAreTried() {
        Rows rows = new Rows().bad(IntStream.rangeClosed(1, 1000).toArray());
        Map<ResourceId, ClaimOutcome> outcomes = new DividedClaim(rows).run(ids(1000));

        assertThat(counted(outcomes))
                .containsExactlyInAnyOrderEntriesOf(Map.of(Result.FAILED, 8L, Result.NOT_TRIED, 992L));
        assertThat(rows.claims).hasSizeLessThan(50);
    }

    @Test
    void whatAnErrorLeftClaimedIsUnknownAndNotClaimedAgain() {
        Rows rows = new Rows().bad(3);
        rows.keepsRefused = true;

        assertThat(counted(new DividedClaim(rows).run(ids(4)))).containsExactly(Map.entry(Result.UNKNOWN, 4L));
        assertThat(rows.claims).containsExactly(4);
    }

    /** Of these rows the second half can be claimed no more: the connection breaks, or a permission is missing. */
    private static Rows failing(BrainException failure) {
        return new Rows() {
            @Override
            public Map<ResourceId, ClaimOutcome> claim(List<ResourceId> ids) {
                if (claims.size() == 2) {
                    throw failure;
                }
                Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>(super.claim(ids));
                outcomes.replaceAll(
                        (id, won) -> id.equals(ResourceId.of(2)) ? ClaimOutcome.alreadyOurs() : ClaimOutcome.won());
                outcomes.remove(ResourceId.of(3));
                return outcomes;
            }
        }.bad(6);
    }

    @Test
    void anErrorOfTheConfigurationLeavesWhatWasClaimedBeforeAsItIsKnown() {
        Map<ResourceId, ClaimOutcome> outcomes =
                new DividedClaim(failing(new ConfigurationException("a permission is missing"))).run(ids(6));

        assertThat(outcomes.get(ResourceId.of(1))).isEqualTo(ClaimOutcome.won());
        assertThat(outcomes.get(ResourceId.of(2))).isEqualTo(ClaimOutcome.alreadyOurs());
        assertThat(outcomes).as("what wasn't found was not claimed").doesNotContainKey(ResourceId.of(3));
        assertThat(outcomes.get(ResourceId.of(4)).result()).isEqualTo(Result.NOT_SENT);
        assertThat(outcomes.get(ResourceId.of(4)).failure()).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aConnectionThatBreaksLeavesOnlyWhatWasUnderWayUnknown() {
        Map<ResourceId, ClaimOutcome> outcomes =
                new DividedClaim(failing(new UnavailableException("broken", null))).run(ids(6));

        assertThat(counted(outcomes))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(Result.WON, 1L, Result.ALREADY_OURS, 1L, Result.UNKNOWN, 3L));
        assertThat(outcomes.get(ResourceId.of(2))).isEqualTo(ClaimOutcome.alreadyOurs());
    }

    @Test
    void aFirstErrorIsThrown() {
        Rows rows = failing(new UnavailableException("broken", null));
        rows.claims.addAll(List.of(0, 0));

        assertThatThrownBy(() -> new DividedClaim(rows).run(ids(6))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void whatSomebodyIsChangingAgainIsNoFault() {
        Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
        ids(2).forEach(id -> outcomes.put(id, SqlUpdateClaimStrategy.LEFT_ALONE));
        Rows rows = new Rows() {
            @Override
            public Map<ResourceId, ClaimOutcome> claim(List<ResourceId> ids) {
                return Map.of(ResourceId.of(1), SqlUpdateClaimStrategy.LEFT_ALONE);
            }
        };
        SqlUpdateClaimStrategy.explain(resources(2), outcomes, rows, missing -> Set.of());

        assertThat(outcomes.get(ResourceId.of(1)).result()).isEqualTo(Result.FAILED);
        assertThat(outcomes.get(ResourceId.of(2))).isEqualTo(ClaimOutcome.lost(null));
    }

    @Test
    void whatIsKnownIsKeptThoughNobodyCanSayWhyTheOthersWereNotFound() {
        Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
        outcomes.put(ResourceId.of(1), ClaimOutcome.alreadyOurs());
        SqlUpdateClaimStrategy.explain(resources(2), outcomes, new Rows(), missing -> {
            throw new UnavailableException("broken", null);
        });

        assertThat(outcomes)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        ResourceId.of(1), ClaimOutcome.alreadyOurs(), ResourceId.of(2), ClaimOutcome.lost(null)));
    }

    private static List<Resource> resources(int last) {
        return ids(last).stream()
                .map(id -> new Resource(id, "1/2026", Map.of()))
                .toList();
    }
}
