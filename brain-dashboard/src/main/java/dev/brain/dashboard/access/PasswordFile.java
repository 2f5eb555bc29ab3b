package dev.brain.dashboard.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.brain.error.ConfigurationException;
import dev.brain.internal.file.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Users with names and passwords, who log in on a page of the dashboard. The file has one line for each user, with a
 * salted hash of the password. A change of the file takes effect at once: it ends the sessions of users who were removed,
 * or whose password or role was changed. Thread-safe.
 *
 * @stability evolving
 */
public final class PasswordFile implements Access {
    /** What checking the password of an unknown user costs, so that the answer doesn't tell names. */
    private static final PasswordEntry NOBODY = PasswordEntry.ofNobody();

    private final Path file;

    private @Nullable FileTime readAt;
    private long readSize;
    private Map<String, PasswordEntry> entries = Map.of();

    private PasswordFile(Path file) {
        this.file = file;
    }

    /**
     * Opens a file of users.
     *
     * @throws ConfigurationException if it can't be read, is not valid or has no users
     */
    public static PasswordFile open(Path file) {
        PasswordFile opened = new PasswordFile(file);
        opened.requirePrivate();
        if (opened.entries().isEmpty()) {
            throw new ConfigurationException("there are no users in " + file
                    + "; add one with 'brain dashboard password NAME --password-file " + file + "'");
        }
        return opened;
    }

    private void requirePrivate() {
        try {
            if (FileAccess.isOpenToEveryone(file)) {
                throw new ConfigurationException(
                        "every user of this machine can read " + file + "; make it private with 'chmod 600'");
            }
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the users in " + file + " (" + e + ")", e);
        }
    }

    /**
     * Adds a user, or changes the user's role and password. Creates the file, readable by its owner only, if it is missing.
     *
     * @throws ConfigurationException if the name or the password can't be used, or the file can't be read or written
     */
    public static void save(Path file, Principal user, String password) {
        if (password.length() < PasswordEntry.SHORTEST) {
            throw new ConfigurationException(
                    "the password is too short; take at least " + PasswordEntry.SHORTEST + " characters");
        }
        PasswordEntry entry = PasswordEntry.of(user.name(), user.role(), password);
        Map<String, PasswordEntry> entries = Files.exists(file) ? read(file) : new LinkedHashMap<>();
        entries.put(user.name(), entry);
        StringBuilder text = new StringBuilder();
        entries.values().forEach(one -> text.append(one.line()).append('\n'));
        try {
            Path folder = FileAccess.OWNER.createFolder(
                    requireNonNull(file.toAbsolutePath().getParent(), "folder"));
            Path written = folder.resolve("." + file.getFileName() + ".new");
            Files.deleteIfExists(written);
            Files.writeString(FileAccess.OWNER.createFile(written), text);
            if (Files.exists(file) && !Files.getOwner(file).equals(Files.getOwner(written))) {
                // the dashboard may run as its owner, and an administrator add a user
                Files.setOwner(written, Files.getOwner(file));
            }
            Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ConfigurationException("cannot write " + file + " (" + e + ")", e);
        }
    }

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
        @Nullable PasswordEntry entry = entries().get(name);
        if (!(entry == null ? NOBODY : entry).accepts(password) || entry == null) {
            return Optional.empty();
        }
        return Optional.of(
                new LogIn(entry.principal(), () -> entry.equals(entries().get(name))));
    }

    private synchronized Map<String, PasswordEntry> entries() {
        try {
            FileTime changedAt = Files.getLastModifiedTime(file);
            long size = Files.size(file);
            if (!changedAt.equals(readAt) || size != readSize) {
                entries = read(file);
                readAt = changedAt;
                readSize = size;
            }
            return entries;
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the users in " + file + " (" + e + ")", e);
        }
    }

    private static Map<String, PasswordEntry> read(Path file) {
        Map<String, PasswordEntry> entries = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file, UTF_8)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    PasswordEntry entry = PasswordEntry.parse(line)
                            .orElseThrow(() -> new ConfigurationException("line " + (entries.size() + 1) + " of " + file
                                    + " is not a user; take it out, and add the user with 'brain dashboard password'"));
                    entries.put(entry.name(), entry);
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the users in " + file + " (" + e + ")", e);
        }
        return entries;
    }
}
