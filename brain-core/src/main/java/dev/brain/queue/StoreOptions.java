package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Environment;
import java.time.Clock;

/**
 * How a store is opened.
 *
 * @param url which store; without secrets
 * @param access what is done if there is none, and whether it is changed
 * @param environment where its engine finds user, password and other settings
 * @stability evolving
 */
public record StoreOptions(String url, Access access, Environment environment, Clock clock) {
    /** What a store is opened for. */
    public enum Access {
        /** It is created if there is none, and brought to this version. */
        CREATE,
        /** It is brought to this version; it must be there. */
        EXISTING,
        /** It is only looked at, and stays as it is to the byte; it must be there. */
        READ_ONLY
    }

    public StoreOptions {
        requireNonNull(url, "url");
        requireNonNull(access, "access");
        requireNonNull(environment, "environment");
        requireNonNull(clock, "clock");
    }
}
