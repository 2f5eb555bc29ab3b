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
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a session outlives the process, for its owner's eyes only, and the memory of failed logins. */
final class SessionStore {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    private static final int FAILURES = 2;

    private final Path session;
    private final Path failures;
    private final Clock clock;
    private final Duration retryLogin;

    SessionStore(Path folder, String name, Clock clock, Duration retryLogin) {
        this.session = folder.resolve(name + ".json");
        this.failures = folder.resolve(name + ".failed");
        this.clock = clock;
        this.retryLogin = retryLogin;
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

    /** Why no login may be tried now. */
    Optional<String> closed() {
        List<Instant> failed = failed();
        if (failed.size() < FAILURES) {
            return Optional.empty();
        }
        Instant again = failed.get(failed.size() - 1).plus(retryLogin);
        return clock.instant().isBefore(again)
                ? Optional.of("the last " + failed.size() + " logins failed, so none is tried before " + again
                        + ", lest the account gets locked; correct the account, then delete " + failures)
                : Optional.empty();
    }

    void failedNow() {
        StringBuilder text = new StringBuilder();
        failed().forEach(time -> text.append(time).append('\n'));
        write(failures, text.append(clock.instant()).append('\n').toString());
    }

    void succeeded() {
        delete(failures);
    }

    private List<Instant> failed() {
        try {
            return Files.exists(failures)
                    ? Files.readAllLines(failures).stream().map(Instant::parse).toList()
                    : List.of();
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
