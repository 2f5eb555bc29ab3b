package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.cycle.SiteReport;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.payload.Payload;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.store.StoredJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made of the outcomes of a claim strategy that says anything, over a system of record that shows anything. */
class ClaimOutcomesTest {
    private static final Site SITE = Site.builder("made")
            .referencePattern("\\d{4}/\\d+")
            .claimant("ROBOT")
            .payload("made")
            .build();

    /** A system of record in memory. */
    private static final class Cases implements ResourceSource {
        final Map<ResourceId, Ownership.State> states = new LinkedHashMap<>();
        final List<Resource> unusable = new ArrayList<>();
        boolean isEndless;
        /** What happens in the system of record after it has told who owns what. */
        Runnable afterReading = () -> {};

        static Resource resource(ResourceId id) {
            return new Resource(id, "2026/" + id, Map.of());
        }

        private List<Resource> in(Ownership.State state) {
            return states.entrySet().stream()
                    .filter(entry -> entry.getValue() == state)
                    .map(entry -> resource(entry.getKey()))
                    .toList();
        }

        private static List<Resource> page(List<Resource> all, @Nullable ResourceId after, int limit) {
            return all.stream()
                    .filter(each -> after == null || Long.parseLong(each.id().value()) > Long.parseLong(after.value()))
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<Resource> candidates(Site site, @Nullable Resource after, int limit) {
            return page(in(Ownership.State.FREE), after == null ? null : after.id(), limit);
        }

        @Override
        public Optional<Resource> find(Site site, ResourceId id) {
            return Optional.of(resource(id));
        }

        @Override
        public Map<ResourceId, Ownership> ownership(Site site, Claimant claimant, Collection<ResourceId> ids) {
            Map<ResourceId, Ownership> shown = ids.stream()
                    .collect(Collectors.toMap(
                            id -> id, id -> Ownership.of(states.getOrDefault(id, Ownership.State.GONE))));
            afterReading.run();
            return shown;
        }

        @Override
        public List<Resource> held(Site site, Claimant claimant, @Nullable ResourceId after, int limit) {
            List<Resource> held = new ArrayList<>(after == null ? unusable : List.of());
            held.addAll(page(in(Ownership.State.OURS), isEndless ? null : after, limit));
            return held;
        }

        @Override
        public Set<String> columns(Site site) {
            return Set.of();
        }
    }

    /** Says of each resource what a test wants. */
    private abstract static class Strategy implements ClaimStrategy {
        private final boolean isReadBack;

        Strategy(boolean isReadBack) {
            this.isReadBack = isReadBack;
        }

        abstract ClaimOutcome claim(ResourceId id);

        @Override
        public Claimant claimant(Site site) {
            return new Claimant("ROBOT");
        }

        @Override
        public boolean isReadBack() {
            return isReadBack;
        }

        @Override
        public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
            Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
            boolean isStopped = false;
            for (Resource resource : batch) {
                ClaimOutcome outcome = isStopped ? ClaimOutcome.notTried("stopped") : claim(resource.id());
                outcomes.put(resource.id(), outcome);
                isStopped |= outcome.failure() != null;
            }
            return outcomes;
        }

        @Override
        public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
            throw new UnsupportedOperationException();
        }
    }

    @TempDir
    Path folder;

    private final Cases cases = new Cases();
    private SqliteStore store;

    @BeforeEach
    void open() {
        store = SqliteStore.open(folder.resolve("queue.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void cases(int first, int last, Ownership.State state) {
        IntStream.rangeClosed(first, last).forEach(id -> cases.states.put(ResourceId.of(id), state));
    }

    private SiteReport cycle(ClaimStrategy strategy) {
        try (Brain brain = brain(strategy)) {
            return cycle(brain);
        }
    }

    private static SiteReport cycle(Brain brain) {
        return brain.runCycle().sites().get(0);
    }

    private Brain brain(ClaimStrategy strategy, Duration... readBackDelays) {
        return Brain.builder()
                .queue(store)
                .source("sql", cases)
                .claim("sql", strategy)
                .payload("made", (site, resource, context) -> new Payload(StoredJson.MAPPER.createObjectNode(), null))
                .site(SITE)
                .readBackDelays(List.of(readBackDelays))
                .build();
    }

    private List<Incident.Report> incidents(IncidentCode code) {
        return store.incidents().list(Set.of(), true, 1000).stream()
                .map(Incident::report)
                .filter(report -> report.code() == code)
                .toList();
    }

    @Test
    void whatSomebodyElseTookUnderTheNameDoesNotBlameTheRowsOfARefusedBatch() {
        cases(1, 20, Ownership.State.FREE);
        cycle(new Strategy(false) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                return id.equals(ResourceId.of(1)) ? ClaimOutcome.alreadyOurs() : ClaimOutcome.failed("refused");
            }
        });

        assertThat(incidents(IncidentCode.CLAIM_FAILED)).isEmpty();
        assertThat(incidents(IncidentCode.SOURCE_UNREACHABLE)).hasSize(1);
        assertThat(incidents(IncidentCode.CLAIMANT_SHARED)).hasSize(1);
    }

    /** Takes effect, but answers that it did not, as a page does whose session ends; shows after the first read-back. */
    @Test
    void aRefusedClaimThatShowsLateIsNotSentAgain() {
        cases(1, 1, Ownership.State.FREE);
        List<ResourceId> asked = new ArrayList<>();
        Strategy strategy = new Strategy(true) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                asked.add(id);
                cases.afterReading = () -> cases.states.put(id, Ownership.State.OURS);
                return ClaimOutcome.refused("the session has expired");
            }
        };
        try (Brain brain = brain(strategy, Duration.ofMillis(1))) {
            assertThat(cycle(brain).enqueued()).isEqualTo(1);
        }

        assertThat(asked).hasSize(1);
        assertThat(incidents(IncidentCode.CLAIMANT_SHARED)).isEmpty();
    }

    /** The second attempt finds what the first one did, and must not decide against it. */
    @ParameterizedTest
    @EnumSource(
            value = ClaimOutcome.Result.class,
            names = {"LOST", "DECLINED", "NOT_SENT", "FAILED", "ALREADY_OURS"})
    void whatTheSecondAttemptOfARefusedClaimFindsDoesNotDecideTheFirst(ClaimOutcome.Result second) {
        cases(1, 1, Ownership.State.FREE);
        List<ResourceId> asked = new ArrayList<>();
        SiteReport report = cycle(new Strategy(true) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                asked.add(id);
                if (asked.size() == 1) {
                    return ClaimOutcome.refused("the session has expired");
                }
                cases.states.put(id, Ownership.State.OURS);
                return new ClaimOutcome(second, "found so", null, null);
            }
        });

        assertThat(asked).hasSize(2);
        assertThat(report.enqueued()).isEqualTo(1);
        assertThat(incidents(IncidentCode.CLAIMANT_SHARED)).isEmpty();
    }

    /** Presses for all rows but some. */
    private final class WithBadRows extends Strategy {
        private final Set<ResourceId> bad;
        private final ClaimOutcome outcome;
        private final List<ResourceId> asked = new ArrayList<>();

        WithBadRows(ClaimOutcome outcome, Integer... bad) {
            super(true);
            this.outcome = outcome;
            this.bad = Stream.of(bad).map(ResourceId::of).collect(Collectors.toSet());
        }

        @Override
        ClaimOutcome claim(ResourceId id) {
            asked.add(id);
            if (bad.contains(id)) {
                return outcome;
            }
            cases.states.put(id, Ownership.State.OURS);
            return ClaimOutcome.sent("pressed");
        }
    }

    @Test
    void aRowThatCannotBePressedIsAnIncidentOfItsOwnAndKnownAfterwards() {
        cases(1, 4, Ownership.State.FREE);
        WithBadRows strategy = new WithBadRows(ClaimOutcome.failed("its button is disabled"), 1, 3);
        try (Brain brain = brain(strategy)) {
            assertThat(cycle(brain).enqueued()).isEqualTo(2);
            assertThat(incidents(IncidentCode.CLAIM_FAILED))
                    .extracting(Incident.Report::resourceId)
                    .containsExactlyInAnyOrder(ResourceId.of(1), ResourceId.of(3));

            strategy.asked.clear();
            SiteReport next = cycle(brain);
            assertThat(next.errorCount()).isZero();
            assertThat(next.known()).isEqualTo(2);
            assertThat(strategy.asked).isEmpty();
            assertThat(incidents(IncidentCode.SOURCE_UNREACHABLE)).isEmpty();
        }
    }

    @Test
    void aSingleRowThatCannotBePressedIsNotBlamedBeforeAnotherIsTaken() {
        cases(1, 1, Ownership.State.FREE);
        Strategy strategy = new WithBadRows(ClaimOutcome.failed("the list answered 500"), 1);
        try (Brain brain = brain(strategy)) {
            assertThat(cycle(brain).errorCount()).isEqualTo(1);
            assertThat(incidents(IncidentCode.CLAIM_FAILED)).isEmpty();
            assertThat(incidents(IncidentCode.SOURCE_UNREACHABLE)).hasSize(1);

            cases(2, 2, Ownership.State.FREE);
            assertThat(cycle(brain).enqueued()).isEqualTo(1);
            assertThat(incidents(IncidentCode.CLAIM_FAILED)).hasSize(1);
        }
    }

    @Test
    void aRowThatCannotBePressedButIsTakenByNowIsLost() {
        cases(1, 1, Ownership.State.FREE);
        SiteReport report = cycle(new Strategy(true) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                cases.states.put(id, Ownership.State.OTHERS);
                return ClaimOutcome.failed("no row of the list has its number");
            }
        });

        assertThat(report.lost()).isEqualTo(1);
        assertThat(report.errorCount()).isZero();
    }

    @Test
    void aRowThatStopsItsSiteIsTheLastOfTheNextCycle() {
        cases(1, 3, Ownership.State.FREE);
        WithBadRows strategy = new WithBadRows(ClaimOutcome.notSent(new UnavailableException("its page hangs")), 2);
        try (Brain brain = brain(strategy)) {
            assertThat(cycle(brain).enqueued()).isEqualTo(1);
            strategy.asked.clear();

            SiteReport next = cycle(brain);
            assertThat(next.enqueued()).isEqualTo(1);
            assertThat(strategy.asked).containsExactly(ResourceId.of(3), ResourceId.of(2));
            assertThat(next.errors()).containsExactly("its page hangs");
        }
    }

    @Test
    void whatIsLostButFreeIsToldInEveryCycle() {
        cases(1, 2, Ownership.State.FREE);
        Strategy strategy = new Strategy(true) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                return ClaimOutcome.lost(null);
            }
        };

        for (int cycle = 0; cycle < 2; cycle++) {
            SiteReport report = cycle(strategy);
            assertThat(report.lost()).isZero();
            assertThat(report.errors())
                    .hasSize(2)
                    .allSatisfy(error -> assertThat(error).contains("shows it free"));
        }
    }

    @Test
    void aClaimThatIsContradictedIsToldBeforeItsReservationGoes() {
        cases(1, 1, Ownership.State.FREE);
        List<TaskStatus> then = new ArrayList<>();
        SiteReport report = cycle(new Strategy(true) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                cases.states.put(id, Ownership.State.OTHERS);
                return ClaimOutcome.accepted("it is yours");
            }

            @Override
            public Optional<String> evidence(Site site, Resource resource, String reason) {
                store.operations().list(TaskFilter.newest(10)).stream()
                        .map(Task::status)
                        .forEach(then::add);
                return Optional.empty();
            }
        });

        assertThat(then).containsExactly(TaskStatus.CLAIMING);
        assertThat(incidents(IncidentCode.CLAIM_CONTRADICTED)).hasSize(1);
        assertThat(store.operations().list(TaskFilter.newest(10))).isEmpty();
        assertThat(report.unknown()).isEqualTo(1);
        assertThat(report.lost()).isZero();
    }

    /** Sends, and nothing comes of it. */
    private static final Strategy IN_VAIN = new Strategy(true) {
        @Override
        ClaimOutcome claim(ResourceId id) {
            return ClaimOutcome.sent("nothing");
        }
    };

    /** Presses the row of another case, while somebody else takes the wanted one, or it goes away. */
    @ParameterizedTest
    @EnumSource(
            value = Ownership.State.class,
            names = {"FREE", "OTHERS", "GONE"})
    void anotherCaseThatWasTakenInsteadIsFoundWhateverBecameOfTheWantedOne(Ownership.State wanted) {
        cases(1, 2, Ownership.State.FREE);
        SiteReport report = cycle(new Strategy(true) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                cases.states.put(id, wanted);
                cases(7, 7, Ownership.State.OURS);
                return ClaimOutcome.sent("pressed");
            }
        });

        assertThat(incidents(IncidentCode.CLAIM_CONTRADICTED)).singleElement().satisfies(incident -> {
            assertThat(incident.resourceId()).isEqualTo(ResourceId.of(1));
            assertThat(incident.message()).contains("resource 7");
        });
        assertThat(report.errorCount()).isPositive();
        assertThat(report.candidates())
                .as("the site stops after the first case")
                .isEqualTo(2);
        assertThat(report.reserved()).isEqualTo(1);
    }

    @Test
    void whatWasReservedIsInTheOtherColumns() {
        cases(1, 60, Ownership.State.FREE);
        SiteReport report = cycle(new Strategy(false) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                return switch (Integer.parseInt(id.value()) % 5) {
                    case 0 -> ClaimOutcome.won();
                    case 1 -> ClaimOutcome.lost("somebody");
                    case 2 -> ClaimOutcome.notSent("the page is busy");
                    case 3 -> ClaimOutcome.failed("refused");
                    default -> ClaimOutcome.unknown("no answer");
                };
            }
        });

        assertThat(report.reserved()).isPositive();
        assertThat(report.notClaimed()).isPositive();
        assertThat(report.claimed() + report.lost() + report.unknown() + report.notClaimed())
                .isEqualTo(report.reserved());
    }

    @Test
    void whatCouldNotBeClaimedIsCountedToo() {
        cases(1, 3, Ownership.State.FREE);
        SiteReport report = cycle(new Strategy(false) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                throw new ConfigurationException("the profile is wrong");
            }
        });

        assertThat(report.notClaimed()).isEqualTo(report.reserved()).isEqualTo(3);
    }

    @Test
    void aRowWithAnUnusableIdIsNotTakenForTheOneThatWasPressedInstead() {
        cases(1, 1, Ownership.State.FREE);
        cases.unusable.add(Resource.unusable("'see note'", "it is no number"));
        cycle(IN_VAIN);

        assertThat(incidents(IncidentCode.CLAIM_CONTRADICTED)).isEmpty();
        assertThat(incidents(IncidentCode.CLAIM_FAILED)).hasSize(1);
    }

    @Test
    void whatTheClaimantHoldsWithoutAnEndEndsTheSite() {
        cases(1, 1, Ownership.State.FREE);
        cycle(new Strategy(true) {
            @Override
            ClaimOutcome claim(ResourceId id) {
                cases.isEndless = true;
                cases(2, 501, Ownership.State.OURS);
                store.incidents()
                        .report(cases.in(Ownership.State.OURS).stream()
                                .map(held -> new Incident.Report(
                                        IncidentCode.ORPHAN_CLAIM, SITE.id(), held.id(), "told before"))
                                .toList());
                return ClaimOutcome.sent("nothing");
            }
        });

        assertThat(incidents(IncidentCode.CONFIGURATION_INVALID))
                .singleElement()
                .satisfies(report -> assertThat(report.message()).contains("no end"));
    }
}
