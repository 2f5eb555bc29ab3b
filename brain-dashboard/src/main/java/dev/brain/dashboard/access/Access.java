package dev.brain.dashboard.access;

import static java.util.Objects.requireNonNull;

import dev.brain.history.Actor;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Decides who uses the dashboard. Implementations are thread-safe.
 *
 * <p>An application with users of its own implements {@link #identify}. A {@link PasswordFile} has a log-in page.
 *
 * @stability evolving
 */
@FunctionalInterface
public interface Access {
    /**
     * Returns who sent a request, by the request alone; empty if that is unknown. Is asked for every request of somebody
     * who has not logged in.
     */
    Optional<Principal> identify(Request request);

    /** Returns whether the dashboard shows a log-in page to those who are unknown. Defaults to false. */
    default boolean hasLogIn() {
        return false;
    }

    /** Checks the name and the password of the log-in page; empty if they are wrong. */
    default Optional<LogIn> logIn(String name, String password) {
        return Optional.empty();
    }

    /** Returns whether everybody who reaches the dashboard may use it. It then listens on loopback only. */
    default boolean isForEverybody() {
        return false;
    }

    /**
     * Returns the access of everybody on this machine, without a log-in, as the user that runs this process. Everybody
     * else is unknown, and so is everybody whose request has a header of a proxy: it may come from anywhere.
     */
    static Access local() {
        List<String> proxyHeaders = List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");
        Principal user = new Principal(Actor.ofProcess().name(), Principal.Role.OPERATOR);
        return new Access() {
            @Override
            public Optional<Principal> identify(Request request) {
                return request.isLocal()
                                && proxyHeaders.stream()
                                        .allMatch(name -> request.headers(name).isEmpty())
                        ? Optional.of(user)
                        : Optional.empty();
            }

            @Override
            public boolean isForEverybody() {
                return true;
            }
        };
    }

    /**
     * Returns the access of the users that a servlet container has authenticated. Users without one of the two roles are
     * unknown.
     *
     * @param viewerRole the container's role of those who may look
     * @param operatorRole the container's role of those who may also change something
     */
    static Access ofContainer(String viewerRole, String operatorRole) {
        requireNonNull(viewerRole, "viewerRole");
        requireNonNull(operatorRole, "operatorRole");
        return request -> request.userName().flatMap(name -> {
            if (request.isUserInRole(operatorRole)) {
                return Optional.of(new Principal(name, Principal.Role.OPERATOR));
            }
            return request.isUserInRole(viewerRole)
                    ? Optional.of(new Principal(name, Principal.Role.VIEWER))
                    : Optional.empty();
        });
    }

    /** What is known of a request. */
    interface Request {
        /** Returns the value of a header, by its name in any case; empty if it is missing or sent twice. */
        default Optional<String> header(String name) {
            List<String> values = headers(name);
            return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
        }

        /** Returns all values of a header, by its name in any case. */
        List<String> headers(String name);

        /** Returns the address of the client, or of the proxy in front of the dashboard. */
        String remoteAddress();

        /** Returns whether client and server are on the same machine, connected by a loopback address. */
        boolean isLocal();

        /** Returns the user that a servlet container has authenticated. */
        Optional<String> userName();

        /** Returns whether the container's user has a role of the container. */
        boolean isUserInRole(String role);
    }

    /**
     * A successful log-in.
     *
     * @param isValid asked at every later request; false ends the session, for example after a change of the password
     */
    record LogIn(Principal principal, BooleanSupplier isValid) {
        public LogIn {
            requireNonNull(principal, "principal");
            requireNonNull(isValid, "isValid");
        }
    }
}
