package dev.brain.dashboard;

import com.sun.net.httpserver.HttpExchange;
import dev.brain.dashboard.internal.web.Incoming;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request to the JDK's HTTP server. */
final class ExchangeRequest implements Incoming {
    private final HttpExchange exchange;
    private final ConnectionTimeouts timeouts;
    private final Duration bodyTime;

    ExchangeRequest(HttpExchange exchange, ConnectionTimeouts timeouts, Duration bodyTime) {
        this.exchange = exchange;
        this.timeouts = timeouts;
        this.bodyTime = bodyTime;
    }

    @Override
    public String method() {
        return exchange.getRequestMethod();
    }

    @Override
    public String path() {
        String path = exchange.getRequestURI().getRawPath();
        return path == null ? "" : path;
    }

    @Override
    public @Nullable String query() {
        return exchange.getRequestURI().getRawQuery();
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = exchange.getRequestHeaders().get(name);
        return values == null ? List.of() : values;
    }

    @Override
    public String contextPath() {
        return "";
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public byte[] readBody(int most) throws IOException {
        timeouts.begin(bodyTime);
        try {
            return exchange.getRequestBody().readNBytes(most);
        } finally {
            timeouts.end();
        }
    }

    @Override
    public String remoteAddress() {
        return exchange.getRemoteAddress().getAddress().getHostAddress();
    }

    @Override
    public boolean isLocal() {
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                && exchange.getLocalAddress().getAddress().isLoopbackAddress();
    }

    @Override
    public Optional<String> userName() {
        return Optional.empty();
    }

    @Override
    public boolean isUserInRole(String role) {
        return false;
    }
}
