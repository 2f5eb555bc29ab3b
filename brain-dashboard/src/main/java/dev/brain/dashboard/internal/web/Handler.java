package dev.brain.dashboard.internal.web;

/** Answers the requests of a route. */
@FunctionalInterface
public interface Handler {
    /**
     * Returns the answer.
     *
     * @throws HttpException if an error page is the answer
     */
    Response handle(Request request);
}
