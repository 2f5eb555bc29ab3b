package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Cycle;

/** The last cycles, and the report of one. */
public final class CyclesPage {
    private final PageContext context;

    CyclesPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/cycles", request -> request.page(
                "cycles", new Model(context.sampler().overview())));
        router.page("/cycles/{number}", this::show);
    }

    /** What the list shows. */
    public record Model(Overview overview) {}

    private Response show(Request request) {
        long number = request.number("number");
        Cycle cycle = context.sampler().overview().cycles().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow(HttpException::notFound);
        return request.page("cycle", cycle);
    }
}
