package dev.brain.dashboard;

import dev.brain.dashboard.internal.web.Response;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Serves a dashboard in a servlet container, at any context path and mapping. Register it with support for asynchronous
 * requests, which the live updates need. Thread-safe.
 *
 * <p>The limits on connections and slow clients are the container's.
 *
 * @stability evolving
 */
public final class DashboardServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Dashboard dashboard;

    public DashboardServlet(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Response answer = dashboard.application().handle(new ServletIncoming(request));
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        answer.cookies().forEach(cookie -> response.addHeader("Set-Cookie", cookie));
        if (request.getMethod().equals("HEAD")) {
            return;
        }
        if (answer.body() instanceof Response.Bytes body) {
            response.setContentLength(body.bytes().length);
            response.getOutputStream().write(body.bytes());
        } else if (answer.body() instanceof Response.FileContent file) {
            response.setContentLengthLong(file.size());
            file.writeTo(response.getOutputStream());
        } else if (answer.body() instanceof Response.EventStream stream) {
            AsyncContext asynchronous = request.startAsync();
            asynchronous.setTimeout(0);
            OutputStream output = response.getOutputStream();
            stream.subscription().begin(output, asynchronous::complete);
        }
    }
}
