package dev.brain.dashboard.internal.web;

import dev.brain.dashboard.access.Access;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A request as the HTTP server or the servlet container received it; nothing in it is checked or decoded. */
public interface Incoming extends Access.Request {
    String method();

    /** Returns the path below the context path, still encoded. */
    String path();

    /** Returns the query, still encoded; null if there is none. */
    @Nullable
    String query();

    /** Returns where the application is on its server; empty for the root. */
    String contextPath();

    /** Returns whether the client speaks TLS with this server. */
    boolean isSecure();

    /** Returns the body, or its beginning if it is longer than that many bytes. */
    byte[] readBody(int most) throws IOException;
}
