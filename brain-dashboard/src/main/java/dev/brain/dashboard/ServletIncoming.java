package dev.brain.dashboard;

import dev.brain.dashboard.internal.web.Incoming;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request to a servlet. */
final class ServletIncoming implements Incoming {
    private final HttpServletRequest request;

    ServletIncoming(HttpServletRequest request) {
        this.request = request;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        // all of this is encoded, as it was sent
        String path = request.getRequestURI().substring(contextPath().length());
        return path.isEmpty() ? "/" : path;
    }

    @Override
    public @Nullable String query() {
        return request.getQueryString();
    }

    @Override
    public List<String> headers(String name) {
        return Collections.list(request.getHeaders(name));
    }

    @Override
    public String contextPath() {
        return request.getContextPath() + request.getServletPath();
    }

    @Override
    public boolean isSecure() {
        return request.isSecure();
    }

    @Override
    public byte[] readBody(int most) throws IOException {
        return request.getInputStream().readNBytes(most);
    }

    @Override
    public String remoteAddress() {
        return request.getRemoteAddr();
    }

    @Override
    public boolean isLocal() {
        return isLoopback(request.getRemoteAddr()) && isLoopback(request.getLocalAddr());
    }

    private static boolean isLoopback(String address) {
        try {
            // the container gives an address, for which nothing is looked up
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public Optional<String> userName() {
        return Optional.ofNullable(request.getUserPrincipal()).map(Principal::getName);
    }

    @Override
    public boolean isUserInRole(String role) {
        return request.isUserInRole(role);
    }
}
