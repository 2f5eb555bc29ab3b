package dev.brain.dashboard.internal.web;

import dev.brain.dashboard.access.Principal.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the dashboard. A pattern is a path whose parts in braces match one segment each: {@code /tasks/{id}}. The
 * first route that matches is taken.
 */
public final class Router {
    private final List<Route> routes = new ArrayList<>();

    /** Adds a page, which every viewer may see. */
    public void page(String pattern, Handler handler) {
        routes.add(new Route("GET", split(pattern), Role.VIEWER, false, handler));
    }

    /** Adds an action, which operators may do unless the dashboard is read-only. Its request has passed all guards. */
    public void action(String pattern, Handler handler) {
        routes.add(new Route("POST", split(pattern), Role.OPERATOR, false, handler));
    }

    /** Adds an action that changes nothing but the viewer's own session. */
    void personalAction(String pattern, Handler handler) {
        routes.add(new Route("POST", split(pattern), Role.VIEWER, false, handler));
    }

    /** Adds a page for programs, which every viewer may see. A program may send name and password with each request. */
    public void machinePage(String pattern, Handler handler) {
        routes.add(new Route("GET", split(pattern), Role.VIEWER, true, handler));
    }

    /** Adds a page for everybody, known or not. */
    public void open(String pattern, Handler handler) {
        open("GET", pattern, handler);
    }

    void open(String method, String pattern, Handler handler) {
        routes.add(new Route(method, split(pattern), null, false, handler));
    }

    /**
     * Returns the route of a request.
     *
     * @throws HttpException if the path has no route (404), or none with this method (405)
     */
    Match match(String method, List<String> path) {
        boolean known = false;
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.variables(path);
            if (variables.isPresent()) {
                if (route.method().equals(method.equals("HEAD") ? "GET" : method)) {
                    return new Match(route, variables.get());
                }
                known = true;
            }
        }
        throw known ? new HttpException(405, "badRequest") : HttpException.notFound();
    }

    private static List<String> split(String pattern) {
        return pattern.equals("/") ? List.of() : List.of(pattern.substring(1).split("/", -1));
    }

    /** A route for the values of its variables. */
    record Match(Route route, Map<String, String> variables) {}

    /**
     * A pattern and what answers it.
     *
     * @param role who may use it; null means everybody, known or not
     * @param machine whether a request may carry name and password (HTTP Basic)
     */
    record Route(
            String method, List<String> segments, @Nullable Role role, boolean machine, Handler handler) {
        private Optional<Map<String, String>> variables(List<String> path) {
            if (path.size() != segments.size()) {
                return Optional.empty();
            }
            Map<String, String> variables = new HashMap<>();
            for (int i = 0; i < path.size(); i++) {
                String segment = segments.get(i);
                if (segment.startsWith("{")) {
                    variables.put(segment.substring(1, segment.length() - 1), path.get(i));
                } else if (!segment.equals(path.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(variables);
        }
    }
}
