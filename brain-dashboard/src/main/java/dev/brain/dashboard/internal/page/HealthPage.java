package dev.brain.dashboard.internal.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.queue.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer for monitors: 200 if all is well, 503 with what is wrong. Everybody may ask, so it names no case and no
 * place, and the store is asked once in a few seconds at most.
 */
public final class HealthPage {
    private static final Logger LOG = LoggerFactory.getLogger(HealthPage.class);
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Store store;
    private final Clock clock;
    private Instant checkedAt = Instant.EPOCH;
    private List<String> problems = List.of();

    public HealthPage(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Adds the route {@code /health}. */
    public void addTo(Router router) {
        router.open("/health", this::get);
    }

    private Response get(Request request) {
        List<String> found = problems();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("status", found.isEmpty() ? "up" : "down");
        ArrayNode list = json.putArray("problems");
        found.forEach(list::add);
        return Response.json(found.isEmpty() ? 200 : 503, json);
    }

    private synchronized List<String> problems() {
        Instant now = clock.instant();
        if (checkedAt.plus(FRESH).isBefore(now)) {
            problems = check();
            checkedAt = now;
        }
        return problems;
    }

    private List<String> check() {
        try {
            store.operations().siteStates();
            return List.of();
        } catch (RuntimeException e) {
            // whatever it is, a monitor must get its answer
            LOG.warn("the queue is unavailable: {}", e.toString());
            return List.of("the queue is unavailable");
        }
    }
}
