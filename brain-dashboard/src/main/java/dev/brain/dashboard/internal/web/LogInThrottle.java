package dev.brain.dashboard.internal.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Slows down guessing of passwords: after several failures in a row, of a name or from an address, no attempt is checked
 * for a minute. Thread-safe.
 */
final class LogInThrottle {
    static final int FAILURES_OF_A_NAME = 5;
    static final int FAILURES_OF_AN_ADDRESS = 20;
    static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int MOST = 10_000;

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST;
        }
    };

    private record Failures(int count, Instant last) {}

    LogInThrottle(Clock clock) {
        this.clock = clock;
    }

    /**
     * Begins an attempt, which counts as a failure until {@link #succeeded} is called. Attempts at the same time
     * therefore are no way round the limit.
     *
     * @return false if the attempt must not be checked now
     */
    synchronized boolean begin(String name, String address) {
        if (isPaused(ofName(name), FAILURES_OF_A_NAME) || isPaused(ofAddress(address), FAILURES_OF_AN_ADDRESS)) {
            return false;
        }
        for (String key : List.of(ofName(name), ofAddress(address))) {
            Failures before = failures.get(key);
            failures.put(key, new Failures(before == null ? 1 : before.count() + 1, clock.instant()));
        }
        return true;
    }

    synchronized void succeeded(String name, String address) {
        failures.remove(ofName(name));
        failures.remove(ofAddress(address));
    }

    private boolean isPaused(String key, int limit) {
        Failures failed = failures.get(key);
        return failed != null
                && failed.count() >= limit
                && clock.instant().isBefore(failed.last().plus(PAUSE));
    }

    private static String ofName(String name) {
        return "name " + name;
    }

    private static String ofAddress(String address) {
        return "address " + address;
    }
}
