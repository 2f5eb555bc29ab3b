package dev.brain.playwright;

import dev.brain.error.BrainException;
import dev.brain.internal.file.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a session in a file that only its owner can read, and remembers failed logins. All sessions of an account
 * share it. Thread-safe.
 */
final class SessionStore {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    private static final int FAILURES = 2;

    private final Path session;
    private final Path failures;
    private final SessionUsers users;
    private final Clock clock;
    private final Duration retryLogin;
    /** Failed logins that could not be written; a person who corrects the account would otherwise delete the file. */
    private final List<Instant> unwritten = new ArrayList<>();

    SessionStore(Path folder, String name, Clock clock, Duration retryLogin) {
        this.session = folder.resolve(name + ".json");
        this.failures = folder.resolve(name + ".failed");
        this.users = new SessionUsers(folder, name);
        this.clock = clock;
        this.retryLogin = retryLogin;
    }

    SessionUsers users() {
        return users;
    }

    @Nullable
    String load() {
        try {
            String state = Files.exists(session) ? Files.readString(session) : null;
            if (state != null && !SessionState.isState(state)) {
                LOG.warn("the web session in {} is damaged, so there will be a new login", session);
                return null;
            }
            return state;
        } catch (IOException e) {
            LOG.warn("the web session in {} can't be read, so there will be a new login: {}", session, e.toString());
            return null;
        }
    }

    void save(String state) {
        write(session, state);
    }

    void forget() {
        delete(session);
    }

    /** Returns why no login may be tried now; empty if it may. */
    synchronized Optional<String> closed() {
        List<Instant> failed = failed();
        if (failed.size() < FAILURES) {
            return Optional.empty();
        }
        Instant again = failed.get(failed.size() - 1).plus(retryLogin);
        return clock.instant().isBefore(again)
                ? Optional.of("the last " + failed.size() + " logins failed, so none is tried before " + again
                        + ", lest the account gets locked; correct the account, then "
                        + (unwritten.isEmpty() ? "delete " + failures : "start Brain again"))
                : Optional.empty();
    }

    /** Remembers a failed login, also if it can't be written: the account must not be locked, and the failure not hidden. */
    synchronized void failedNow() {
        List<Instant> failed = failed();
        failed.add(clock.instant());
        try {
            write(failures, failed.stream().map(time -> time + "\n").collect(Collectors.joining()));
            unwritten.clear();
        } catch (BrainException e) {
            unwritten.add(clock.instant());
            LOG.warn("a failed login is remembered only until Brain ends: {}", e.getMessage());
        }
    }

    synchronized void succeeded() {
        unwritten.clear();
        delete(failures);
    }

    private List<Instant> failed() {
        try {
            List<Instant> failed = new ArrayList<>();
            if (Files.exists(failures)) {
                Files.readAllLines(failures).stream().map(Instant::parse).forEach(failed::add);
            }
            failed.addAll(unwritten);
            return failed;
        } catch (IOException | DateTimeParseException e) {
            throw new BrainException("cannot read when logins failed from " + failures + " (" + e + "); delete it", e);
        }
    }

    private void write(Path file, String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            if (folder == null) {
                throw new IOException("it has no folder");
            }
            // the session is never shared with the group
            FileAccess.OWNER.createFolder(folder);
            // created for its owner only: it must not be readable even for a moment
            FileAttribute<?>[] owner = posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];
            Path fresh = Files.createTempFile(folder, "session", ".part", owner);
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new BrainException(
                    "cannot write " + file + " (" + e + "); set BRAIN_HOME to a folder of this user", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", file, e.toString());
        }
    }
}
