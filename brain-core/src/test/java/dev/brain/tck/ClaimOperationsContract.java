package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.Brain;
import dev.brain.claim.ClaimStrategy;
import dev.brain.config.Settings;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SyncScope;
import dev.brain.error.UnavailableException;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators do with single resources and tasks. */
abstract class ClaimOperationsContract extends ClaimProtocolFixture {
    @Test
    void aSiteMayWantAnApprovalForEveryTask() {
        World world = world(3);
        Map<String, Object> settings = new HashMap<>(SITE.settings().values());
        settings.put("approval", true);
        Site careful = SITE.toBuilder().settings(new Settings(settings)).build();
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), careful)) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(3);
            assertThat(tasks(queue)).hasSize(3).allMatch(task -> task.status() == TaskStatus.HELD);
            assertThat(queue.take(new TakeRequest("w", 9, Duration.ofMinutes(1), List.of(SiteLimits.none("fines")))))
                    .isEmpty();
            Task held = tasks(queue).get(0);
            assertThat(brain.operations().release(Actor.ofProcess(), held.id())).isTrue();
            assertThat(queue.operations().find(held.id()).orElseThrow().status())
                    .isEqualTo(TaskStatus.CANCELLED);
            assertThat(brain.runCycle().enqueued()).isZero();
        }
    }

    @Test
    void oneResourceIsSyncedByItsIdThoughItIsNoCandidate() {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            SiteReport outside = brain.operations()
                    .sync("fines", ResourceId.of(103), false)
                    .sites()
                    .get(0);
            assertThat(outside.enqueued()).as("another body's row").isZero();
            assertThat(outside.errors()).singleElement().asString().contains("not among those that the site selects");
            assertThat(rows(world)).contains(new Row(103, 2, null));
            assertThat(brain.operations()
                            .sync(new Actor("anna"), "fines", ResourceId.of(103), SyncScope.ANY, true)
                            .enqueued())
                    .as("a dry one")
                    .isEqualTo(1);
            assertThat(tasks(queue)).isEmpty();
            assertThat(brain.operations()
                            .sync(new Actor("anna"), "fines", ResourceId.of(103), SyncScope.ANY, false)
                            .enqueued())
                    .as("another body's row, on purpose")
                    .isEqualTo(1);
            assertThat(brain.operations()
                            .sync(new Actor("anna"), "fines", ResourceId.of(103), SyncScope.ANY, false)
                            .sites()
                            .get(0)
                            .duplicates())
                    .isEqualTo(1);
            SiteReport others = brain.operations()
                    .sync("fines", ResourceId.of(102), false)
                    .sites()
                    .get(0);
            assertThat(others.lost()).isEqualTo(1);
            assertThat(others.enqueued()).isZero();
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(101), false)
                            .sites()
                            .get(0)
                            .rejected())
                    .isEqualTo(1);
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(999), false)
                            .errorCount())
                    .isEqualTo(1);
            assertThatThrownBy(() -> brain.operations().sync("nowhere", ResourceId.of(1), false))
                    .hasMessageContaining("fines");
        }
    }

    @Test
    void whatMayHaveBeenSubmittedIsReleasedOrRetriedOnlyWhenSomebodyMadeSure() {
        World world = world(1);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            brain.runCycle();
            Lease lease = queue.take(new TakeRequest("w1", 1, Duration.ofHours(1), List.of(SiteLimits.none(SITE.id()))))
                    .get(0);
            queue.finish(lease, new TaskResult.Unknown("the connection broke"));
            List<Row> claimed = rows(world);
            assertThatThrownBy(() -> brain.operations().retry(Actor.ofProcess(), lease.taskId()))
                    .hasMessageContaining("may have been submitted")
                    .hasMessageContaining("2026/1");
            assertThatThrownBy(() -> brain.operations().release(Actor.ofProcess(), lease.taskId()))
                    .hasMessageContaining("may have been submitted");
            assertThat(rows(world)).isEqualTo(claimed);
            assertThat(queue.incidents().open(SITE.id(), IncidentCode.SUBMIT_UNKNOWN, null, 10))
                    .hasSize(1);

            assertThat(brain.operations().release(Actor.ofProcess(), lease.taskId(), true))
                    .isTrue();
            assertThat(rows(world)).isNotEqualTo(claimed);
            assertThat(queue.incidents().open(SITE.id(), IncidentCode.SUBMIT_UNKNOWN, null, 10))
                    .isEmpty();
        }
    }

    @Test
    void aReleaseThatIsNotSupportedOrCannotBeReadCancelsNothing() {
        World world = world(1);
        Profile without = Profile.parse(
                tables().profileText("integer")
                        .replace("\"release\": {\"kind\": \":original\", \"assigned_to\": null},", ""),
                "the test's profile");
        Outage outage = new Outage();
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, without)
                        .share(Database.class, world.database())
                        .site(SITE)
                        .build();
                Brain down = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .source("sql", outage.around(ResourceSource.class, source(world)))
                        .claim("sql", strategy(world))
                        .site(SITE)
                        .build()) {
            brain.runCycle();
            long id = tasks(queue).get(0).id();
            assertThatThrownBy(() -> brain.operations().release(Actor.ofProcess(), id))
                    .hasMessageContaining("has no \"release\"");
            outage.from("ResourceSource.ownership");
            assertThatThrownBy(() -> down.operations().release(Actor.ofProcess(), id))
                    .hasMessageContaining("went down");
            assertThat(tasks(queue)).extracting(Task::status).containsExactly(TaskStatus.PENDING);
        }
    }

    @Test
    void aReleaseThatFailsSaysThatItsTaskIsCancelled() {
        World world = world(1);
        ClaimStrategy real = strategy(world);
        ClaimStrategy failing = (ClaimStrategy) Proxy.newProxyInstance(
                ClaimStrategy.class.getClassLoader(),
                new Class<?>[] {ClaimStrategy.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("release") && !((List<?>) arguments[2]).isEmpty()) {
                        throw new UnavailableException("the page is down");
                    }
                    return method.invoke(real, arguments);
                });
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .source("sql", source(world))
                        .claim("sql", failing)
                        .site(SITE)
                        .build()) {
            brain.runCycle();
            long id = tasks(queue).get(0).id();
            assertThatThrownBy(() -> brain.operations().release(Actor.ofProcess(), id))
                    .hasMessageContaining("task " + id + " is cancelled")
                    .hasMessageContaining("the page is down");
            assertThat(tasks(queue)).extracting(Task::status).containsExactly(TaskStatus.CANCELLED);
        }
    }

    @Test
    void aReleasedResourceIsAsItWasAndStaysBlocked() {
        World world = world(2);
        List<Row> before = rows(world);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            brain.runCycle();
            for (Task task : tasks(queue)) {
                assertThat(brain.operations().release(Actor.ofProcess(), task.id()))
                        .isTrue();
                assertThat(brain.operations().release(Actor.ofProcess(), task.id()))
                        .as("a second time there is nothing to give back")
                        .isFalse();
            }
            assertThat(rows(world)).isEqualTo(before);
            assertThat(brain.runCycle().sites().get(0).blocked()).isEqualTo(2);
            queue.operations().unblock(Actor.ofProcess(), "fines", ResourceId.of(1));
            assertThat(brain.runCycle().sites().get(0).enqueued()).isEqualTo(1);
        }
    }
}
