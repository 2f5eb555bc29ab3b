package dev.brain.playwright;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An address that distinguishes pages by host, path, parameters and fragment. A fragment counts because scripts use it
 * as an address.
 */
record PageAddress(
        @Nullable String host,
        List<String> path,
        Set<String> parameters,
        @Nullable PageAddress fragment) {

    static PageAddress of(String address) {
        String[] parts = address.split("#", 2);
        String[] halves = parts[0].split("\\?", 2);
        String path = halves[0].replaceFirst("^(?i:https?)://", "//");
        String host = path.startsWith("//") ? path.substring(2).split("/", 2)[0] : null;
        if (host != null) {
            path = path.substring(2 + host.length());
        }
        return new PageAddress(
                host,
                segments(path),
                halves.length == 1
                        ? Set.of()
                        : Stream.of(halves[1].split("&", -1))
                                .filter(pair -> !pair.isEmpty())
                                .collect(Collectors.toCollection(TreeSet::new)),
                parts.length == 1 || parts[1].isEmpty() ? null : of(parts[1]));
    }

    /** Removes a session id, which servers append after a semicolon. */
    private static List<String> segments(String path) {
        return Stream.of(path.split("/", -1))
                .map(segment -> segment.replaceFirst(";.*", ""))
                .filter(segment -> !segment.isEmpty())
                .toList();
    }

    /**
     * Returns how specifically this address matches another one: 0 if it is another page, otherwise more for each
     * stated part. Parts that this address doesn't state, such as a parameter, may have any value.
     */
    int fits(PageAddress other) {
        if ((host != null && !host.equalsIgnoreCase(other.host)) || path.size() != other.path.size()) {
            return 0;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!isSame(path.get(i), other.path.get(i))) {
                return 0;
            }
        }
        if (!parameters.stream().allMatch(mine -> other.parameters.stream().anyMatch(its -> isSame(mine, its)))) {
            return 0;
        }
        if (fragment == null) {
            return 1 + parameters.size();
        }
        int within = other.fragment == null ? 0 : fragment.fits(other.fragment);
        return within == 0 ? 0 : 1 + parameters.size() + within;
    }

    /** Returns whether both are equal up to a placeholder of this one. */
    private static boolean isSame(String mine, String its) {
        int placeholder = mine.indexOf('{');
        return placeholder < 0 ? mine.equals(its) : its.startsWith(mine.substring(0, placeholder));
    }

    /** Returns whether it is on the host of another address. */
    boolean isOn(String address) {
        return host == null || host.equalsIgnoreCase(of(address).host);
    }

    /** Returns the same page on any host. */
    PageAddress withoutHost() {
        return new PageAddress(null, path, parameters, fragment);
    }

    /** Returns path and route only: parameters may contain a token, also in the fragment. */
    String shown() {
        String own = "/" + String.join("/", path);
        return fragment == null
                        || fragment.path.isEmpty()
                        || fragment.path.stream().anyMatch(segment -> segment.contains("="))
                ? own
                : own + "#" + fragment.shown();
    }
}
