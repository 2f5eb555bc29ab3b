package dev.brain.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.incident.IncidentLog;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResourcePagesTest {
    private static final IncidentLog NONE = (IncidentLog) Proxy.newProxyInstance(
            ResourcePagesTest.class.getClassLoader(),
            new Class<?>[] {IncidentLog.class},
            (proxy, method, arguments) -> {
                throw new AssertionError("no incident is expected");
            });

    private static List<Resource> page(int... ids) {
        return Arrays.stream(ids)
                .mapToObj(id -> new Resource(ResourceId.of(id), "2026/" + id, Map.of()))
                .toList();
    }

    private static Resource due(int id, int day) {
        return new Resource(ResourceId.of(id), "2026/" + id, Map.of("due", day));
    }

    private static ResourcePages pages(Map<String, List<Resource>> after) {
        return new ResourcePages(
                "site",
                2,
                null,
                new RowIncidents("site", new Events(List.of(), NONE), new SiteCounters("site", false)),
                (cursor, limit) -> after.get(
                        cursor == null
                                ? ""
                                : cursor.id() + "/" + cursor.columns().get("due")));
    }

    @Test
    void aResourceThatMovedToTheNextPageIsReturnedOnce() {
        ResourcePages pages = pages(Map.of(
                "", List.of(due(1, 1), due(2, 2)),
                "2/2", List.of(due(3, 3), due(2, 4)),
                "2/4", List.of(due(2, 5))));
        List<ResourceId> all = new ArrayList<>();
        while (!pages.isExhausted()) {
            pages.next().forEach(resource -> all.add(resource.id()));
        }
        assertThat(all).containsExactly(ResourceId.of(1), ResourceId.of(2), ResourceId.of(3));
    }

    @Test
    void resourcesThatAllMoveBehindEachPageHaveNoEnd() {
        ResourcePages pages = pages(Map.of("", List.of(due(1, 1), due(2, 2)), "2/2", List.of(due(1, 3), due(2, 4))));
        pages.next();
        assertThatThrownBy(pages::next).isInstanceOf(SourceFailure.class).hasMessageContaining("no end");
    }

    @Test
    void pagesThatComeInARingHaveNoEnd() {
        Map<String, List<Resource>> after = Map.of("", page(1, 2), "2", page(3, 4), "4", page(5, 6), "6", page(1, 2));
        ResourcePages pages = new ResourcePages(
                "site",
                2,
                null,
                new RowIncidents("site", new Events(List.of(), NONE), new SiteCounters("site", false)),
                (cursor, limit) -> after.get(cursor == null ? "" : cursor.id().value()));

        assertThatThrownBy(() -> Stream.generate(pages::next).limit(10).forEach(page -> {}))
                .isInstanceOf(SourceFailure.class)
                .hasMessageContaining("no end");
    }
}
