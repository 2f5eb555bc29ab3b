package dev.brain.dashboard.internal.web;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a browser thinks that the dashboard is.
 *
 * @param authority the host as the browser names it, with its port if it isn't the usual one
 * @param secure whether the browser speaks TLS
 * @param base what stands before the paths of the dashboard; empty if nothing does
 */
record Origin(String authority, boolean secure, String base) {
    private static final Pattern AUTHORITY = Pattern.compile("([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

    /**
     * Returns the origin of a request.
     *
     * @throws HttpException if the request names no valid host
     */
    static Origin of(Incoming incoming, boolean behindProxy) {
        String authority = forwarded(incoming, "X-Forwarded-Host", behindProxy)
                .orElseGet(() -> incoming.header("Host").orElse(""))
                .toLowerCase(Locale.ROOT);
        if (!AUTHORITY.matcher(authority).matches()) {
            throw HttpException.badRequest();
        }
        boolean secure = incoming.isSecure()
                || forwarded(incoming, "X-Forwarded-Proto", behindProxy)
                        .filter("https"::equalsIgnoreCase)
                        .isPresent();
        String prefix = forwarded(incoming, "X-Forwarded-Prefix", behindProxy)
                .map(text -> text.endsWith("/") ? text.substring(0, text.length() - 1) : text)
                .orElse("");
        if (!PREFIX.matcher(prefix).matches()) {
            throw HttpException.badRequest();
        }
        return new Origin(authority, secure, prefix + incoming.contextPath());
    }

    /** Returns the address of the client: what the proxy has added last, if there is one. */
    static String client(Incoming incoming, boolean behindProxy) {
        List<String> forwarded = behindProxy ? incoming.headers("X-Forwarded-For") : List.of();
        if (forwarded.isEmpty()) {
            return incoming.remoteAddress();
        }
        String last = forwarded.get(forwarded.size() - 1);
        return last.substring(last.lastIndexOf(',') + 1).strip();
    }

    private static Optional<String> forwarded(Incoming incoming, String header, boolean behindProxy) {
        return behindProxy ? incoming.header(header).map(String::strip) : Optional.empty();
    }

    /**
     * Returns whether the dashboard may answer to this name. Another name may belong to a foreign site that has let it
     * lead to this machine (DNS rebinding). An address is nobody's name.
     */
    boolean isKnown(Set<String> hosts) {
        String host = host();
        return host.equals("localhost") || ADDRESS.matcher(host).matches() || hosts.contains(host);
    }

    String host() {
        return authority.replaceFirst(":[0-9]+$", "");
    }

    /** Returns the port if the browser names one. */
    String port() {
        return authority.substring(host().length()).replace(":", "");
    }

    /** Returns whether a page of this dashboard sent the request, by its header {@code Origin}. */
    boolean isSourceOf(Incoming incoming) {
        List<String> sources = incoming.headers("Origin");
        // A proxy may end TLS, so the scheme says nothing.
        return sources.size() == 1
                && sources.get(0)
                        .toLowerCase(Locale.ROOT)
                        .replaceFirst("^https?://", "")
                        .equals(authority)
                && sources.get(0).toLowerCase(Locale.ROOT).startsWith("http");
    }
}
