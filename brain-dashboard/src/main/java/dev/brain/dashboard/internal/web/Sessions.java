package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.brain.dashboard.access.Access.LogIn;
import dev.brain.error.BrainException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of browsers. Every browser has a session, a random value in its cookie, to which the tokens of its forms
 * belong. Only the sessions of people who logged in take memory. Thread-safe.
 */
final class Sessions {
    /** A session ends after a night, and after a day in any case. */
    static final Duration IDLE = Duration.ofHours(10);

    static final Duration LONGEST = Duration.ofHours(24);
    private static final int MOST = 1_000;
    private static final int BYTES = 32;
    private static final String ID = "[A-Za-z0-9_-]{43}";

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec secret = new SecretKeySpec(randomBytes(), "HmacSHA256");
    /** In the order of their last use. */
    private final Map<String, LoggedIn> loggedIn = new LinkedHashMap<>(16, 0.75f, true);

    private record LoggedIn(LogIn logIn, Instant since, Instant used) {}

    Sessions(Clock clock) {
        this.clock = clock;
    }

    static boolean isId(String text) {
        return text.matches(ID);
    }

    /** Returns a session that nobody has. */
    String newId() {
        return encode(randomBytes());
    }

    /** Returns a new session for somebody who has logged in. An earlier one of the browser must not be used again. */
    synchronized String begin(LogIn logIn) {
        Instant now = clock.instant();
        loggedIn.values().removeIf(session -> isOver(session, now));
        if (loggedIn.size() >= MOST) {
            Iterator<String> ids = loggedIn.keySet().iterator();
            ids.next();
            ids.remove();
        }
        String id = newId();
        loggedIn.put(id, new LoggedIn(logIn, now, now));
        return id;
    }

    /** Returns who logged in to a session; empty if nobody did or the session is over. */
    synchronized Optional<LogIn> find(String id) {
        LoggedIn session = loggedIn.get(id);
        if (session == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (isOver(session, now)) {
            loggedIn.remove(id);
            return Optional.empty();
        }
        loggedIn.put(id, new LoggedIn(session.logIn(), session.since(), now));
        return Optional.of(session.logIn());
    }

    private static boolean isOver(LoggedIn session, Instant now) {
        return now.isAfter(session.used().plus(IDLE))
                || now.isAfter(session.since().plus(LONGEST))
                || !isValid(session.logIn());
    }

    private static boolean isValid(LogIn logIn) {
        try {
            return logIn.isValid().getAsBoolean();
        } catch (BrainException e) {
            LOG.error("nobody is logged in to the dashboard any more: {}", e.getMessage());
            return false;
        }
    }

    synchronized void end(String id) {
        loggedIn.remove(id);
    }

    /** Returns what only this process can make of a text. */
    String sign(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return encode(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares two texts in a time that doesn't tell where they differ. */
    static boolean isEqual(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
