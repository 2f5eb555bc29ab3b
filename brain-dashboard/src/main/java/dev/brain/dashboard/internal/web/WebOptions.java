package dev.brain.dashboard.internal.web;

import static java.util.Objects.requireNonNull;

import dev.brain.dashboard.access.Access;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How requests are treated.
 *
 * @param operating whether operators may change anything
 * @param hosts the names of the server besides {@code localhost}
 * @param behindProxy whether the headers {@code X-Forwarded-…} are those of a trusted proxy
 * @param zone the time zone of browsers that have not said theirs
 */
public record WebOptions(
        Access access, boolean operating, Set<String> hosts, boolean behindProxy, ZoneId zone, Clock clock) {
    public WebOptions {
        requireNonNull(access, "access");
        requireNonNull(zone, "zone");
        requireNonNull(clock, "clock");
        hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }
}
