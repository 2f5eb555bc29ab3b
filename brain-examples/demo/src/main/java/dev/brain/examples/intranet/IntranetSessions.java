package dev.brain.examples.intranet;

import com.sun.net.httpserver.HttpExchange;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sessions of everybody who visits the intranet, by cookie. Thread-safe. */
final class IntranetSessions {
    private static final String COOKIE = "intranet_session";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private volatile Consumer<String> secrets = secret -> {};

    /** A visitor, who may be logged in. */
    static final class Session {
        volatile String token = random(40);
        volatile @Nullable IntranetUser user;
        volatile @Nullable String flash;
        volatile boolean flashGood;
    }

    void secrets(Consumer<String> listener) {
        secrets = listener;
    }

    /** Ends all sessions. */
    void clear() {
        sessions.clear();
    }

    /** Returns the session that the request's cookie names, or starts one without a user. */
    Session of(HttpExchange exchange) {
        for (String header : exchange.getRequestHeaders().getOrDefault("Cookie", List.of())) {
            for (String cookie : header.split(";", -1)) {
                String[] pair = cookie.strip().split("=", 2);
                Session known = pair.length == 2 && pair[0].equals(COOKIE) ? sessions.get(pair[1]) : null;
                if (known != null) {
                    return known;
                }
            }
        }
        return start(exchange, null);
    }

    /** Starts a session, whose cookie the answer sets. */
    Session start(HttpExchange exchange, @Nullable IntranetUser user) {
        Session session = new Session();
        session.user = user;
        String key = random(40);
        sessions.put(key, session);
        secrets.accept(key);
        secrets.accept(session.token);
        exchange.getResponseHeaders().set("Set-Cookie", COOKIE + "=" + key + "; Path=/; HttpOnly; SameSite=Lax");
        return session;
    }

    /** Gives a session another token, so that forms with the former one are refused. */
    void renewToken(Session session) {
        session.token = random(40);
        secrets.accept(session.token);
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
