package dev.brain.dashboard.internal.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The cookies of one request, and how new ones are set. */
final class Cookies {
    private final Map<String, String> values = new HashMap<>();
    private final String path;
    private final boolean secure;

    /**
     * Reads the cookies of a request.
     *
     * @param path where the browser sends them
     * @param secure whether the browser may send them over TLS only
     */
    Cookies(Incoming incoming, String path, boolean secure) {
        this.path = path;
        this.secure = secure;
        for (String header : incoming.headers("Cookie")) {
            for (String pair : header.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    // the first one has the longest path
                    values.putIfAbsent(
                            pair.substring(0, equals).strip(),
                            pair.substring(equals + 1).strip());
                }
            }
        }
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Returns a cookie that no script can read; it lives as long as the browser. A browser sends it when somebody follows a
     * link from elsewhere, but not with a form or a script of another site.
     */
    String of(String name, String value) {
        return name + "=" + value + "; Path=" + path + "; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    String of(String name, String value, Duration age) {
        return of(name, value) + "; Max-Age=" + age.toSeconds();
    }

    String deleted(String name) {
        return of(name, "", Duration.ZERO);
    }
}
