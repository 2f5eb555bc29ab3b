package dev.brain.dashboard;

import dev.brain.dashboard.access.Access;
import dev.brain.dashboard.access.Principal;
import dev.brain.dashboard.access.Principal.Role;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Two users with one password, which costs nothing to check. */
final class UsersByName implements Access {
    static final String PASSWORD = "a password of the tests";

    private final Map<String, Role> roles = Map.of("vera", Role.VIEWER, "oscar", Role.OPERATOR);
    final Set<String> removed = ConcurrentHashMap.newKeySet();

    @Override
    public Optional<Principal> identify(Request request) {
        return Optional.empty();
    }

    @Override
    public boolean hasLogIn() {
        return true;
    }

    @Override
    public Optional<LogIn> logIn(String name, String password) {
        return Optional.ofNullable(roles.get(name))
                .filter(role -> password.equals(PASSWORD))
                .map(role -> new LogIn(new Principal(name, role), () -> !removed.contains(name)));
    }

    /** Logs a browser in. */
    static Browser.Answer logIn(Browser browser, String name) {
        browser.get("/log-in");
        return browser.post("/log-in", "name", name, "password", PASSWORD);
    }
}
