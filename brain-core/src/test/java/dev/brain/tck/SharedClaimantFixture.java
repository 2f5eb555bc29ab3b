package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Profile;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A system of record in which another queue claims under the same name. */
abstract class SharedClaimantFixture extends ClaimProtocolFixture {
    /** How claims are decided. */
    enum Way {
        /** By the strategy's answer. */
        ANSWER,
        /** By the read-back, as with web pages. */
        READ_BACK;

        /** Returns how many resources this many steps claim: the first of what is read back is claimed alone. */
        int claimedAfter(int steps) {
            return this == READ_BACK && steps > 0 ? 2 * steps - 1 : 2 * steps;
        }
    }

    /** Free rows 1 to n. */
    World free(int rows) {
        World world = newWorld();
        List<String> statements = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, rows)
                .forEach(id -> statements.add(tables().insert(id, "2026/" + id, "CITY FINES", 2, 0, null)));
        execute(world, statements);
        return world;
    }

    Runnable taken(World world, int... ids) {
        return () -> execute(
                world,
                IntStream.of(ids)
                        .mapToObj(id -> "UPDATE " + tables().names().get(0)
                                + " SET kind = 1, assigned_to = 'ROBOT' WHERE case_id = " + id)
                        .toList());
    }

    Set<String> held(World world) {
        return source(world).held(SITE, new Claimant(CaseTable.ROBOT), null, 10_000).stream()
                .map(resource -> resource.id().value())
                .collect(Collectors.toSet());
    }

    static List<String> resources(TaskQueue queue) {
        return tasks(queue).stream().map(task -> task.resourceId().value()).toList();
    }

    static List<Incident> open(TaskQueue queue, IncidentCode code) {
        return queue.incidents().list(Set.of(), true, 1_000).stream()
                .filter(incident -> incident.report().code() == code)
                .toList();
    }

    /** Claims as another does, and says that only a read-back can tell. */
    static final class Sending extends ReadBackClaims {
        Sending(ClaimStrategy real) {
            super(real);
        }

        @Override
        public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
            return real.claim(site, claimant, batch).keySet().stream()
                    .collect(Collectors.toMap(id -> id, id -> ClaimOutcome.sent("done")));
        }
    }

    BrainBuilder builder(World world, TaskQueue queue, Way way, Runnable afterListing) {
        ClaimStrategy strategy = strategy(world);
        return Brain.builder()
                .queue(queue)
                .share(Profile.class, tables().profile("integer"))
                .source("sql", Hooked.listed(source(world), afterListing::run))
                .claim("sql", way == Way.ANSWER ? strategy : new Sending(strategy))
                .batchSize(2)
                .pageSize(20)
                .readBackDelays(List.of(Duration.ZERO, Duration.ZERO));
    }

    Brain brain(World world, TaskQueue queue, Way way, Runnable afterListing) {
        return builder(world, queue, way, afterListing).site(SITE).build();
    }

    static void assertStopped(TaskQueue queue) {
        assertThat(open(queue, IncidentCode.CLAIMANT_SHARED)).singleElement().satisfies(incident -> {
            assertThat(incident.report().siteId()).isEqualTo("fines");
            assertThat(incident.report().resourceId()).isNull();
            assertThat(incident.report().message()).contains(CaseTable.ROBOT).contains("claimant of its own");
        });
    }

    static final Site SAME_CLAIMANT =
            CaseTable.site("parks", "%PARKS%").toBuilder().claimant(" róbot ").build();
}
