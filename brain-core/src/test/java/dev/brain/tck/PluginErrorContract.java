package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.cycle.SiteReport;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskQueue;
import dev.brain.tck.ClaimProtocolContract.World;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error of a plug-in stops a row or a site, but not the cycle. */
abstract class PluginErrorContract extends ClaimProtocolFixture {
    private enum Kind {
        STACK_OVERFLOW,
        ASSERTION,
        CUSTOM;

        Error error() {
            return switch (this) {
                case STACK_OVERFLOW -> new StackOverflowError();
                case ASSERTION -> new AssertionError("no such phase");
                case CUSTOM -> new Error("the plug-in gave up");
            };
        }
    }

    private BrainBuilder builder(World world, TaskQueue queue, Supplier<Error> ofTwo) {
        return Brain.builder()
                .queue(queue)
                .share(Profile.class, tables().profile("integer"))
                .share(Database.class, world.database())
                .payload("broken", (site, resource, context) -> {
                    if (resource.id().value().equals("2")) {
                        throw ofTwo.get();
                    }
                    return Payload.of(JsonNodeFactory.instance.objectNode().put("idRecurso", 1));
                })
                .site(SITE.toBuilder().payload("broken").build())
                .site(CaseTable.site("parks", "PARKS"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anErrorOfAPayloadBuilderIsAnIncidentOfItsRow(Kind kind) {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, kind::error).build()) {
            assertThat(bySite(brain.runCycle()).values())
                    .extracting(SiteReport::enqueued)
                    .containsExactly(2L, 1L);
            assertThat(queue.incidents().open("fines", IncidentCode.PAYLOAD_INVALID, null, 10))
                    .hasSize(1);
        }
    }

    @Test
    void memoryThatRunsOutForASiteIsThrownOnceTheOthersWereServed() {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, () -> new OutOfMemoryError("the test says so"))
                        .build()) {
            assertThatThrownBy(brain::runCycle).isInstanceOf(OutOfMemoryError.class);
            assertThat(tasks(queue)).anyMatch(task -> task.siteId().equals("parks"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anErrorOfAListenerStopsNothing(Kind kind) {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .share(Database.class, world.database())
                        .listener(event -> {
                            throw kind.error();
                        })
                        .site(SITE)
                        .build()) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(3);
        }
    }
}
