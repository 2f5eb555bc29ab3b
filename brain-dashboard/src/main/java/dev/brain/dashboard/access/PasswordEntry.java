package dev.brain.dashboard.access;

import dev.brain.dashboard.access.Principal.Role;
import dev.brain.error.ConfigurationException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A user of a {@link PasswordFile}: {@code NAME:ROLE:pbkdf2-sha256:ITERATIONS:SALT:HASH}.
 *
 * @param salt random bytes, in Base64
 * @param hash of the password with the salt, in Base64
 */
record PasswordEntry(String name, Role role, int iterations, String salt, String hash) {
    /** What OWASP recommends for PBKDF2 with HMAC-SHA256. */
    private static final int ITERATIONS = 600_000;

    static final int SHORTEST = 10;

    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;
    private static final String NAME = "[\\p{L}\\p{N}][\\p{L}\\p{N}@._ -]{0,99}";
    private static final Pattern LINE = Pattern.compile(
            "(" + NAME + "):(viewer|operator):pbkdf2-sha256:([0-9]{1,8}):([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

    static PasswordEntry of(String name, Role role, String password) {
        if (!name.matches(NAME)) {
            throw new ConfigurationException("'" + name + "' can't be a user's name; use letters, digits and . _ @ -");
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordEntry(name, role, ITERATIONS, encode(salt), encode(hash(password, salt, ITERATIONS)));
    }

    /** Returns an entry that accepts no password, and takes as long for that as others do. */
    static PasswordEntry ofNobody() {
        return new PasswordEntry("nobody", Role.VIEWER, ITERATIONS, encode(new byte[SALT_BYTES]), encode(new byte[0]));
    }

    static Optional<PasswordEntry> parse(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(matcher.group(3));
        try {
            Base64.getDecoder().decode(matcher.group(4));
            Base64.getDecoder().decode(matcher.group(5));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return iterations < 1 || iterations > MOST_ITERATIONS
                ? Optional.empty()
                : Optional.of(new PasswordEntry(
                        matcher.group(1),
                        Role.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)),
                        iterations,
                        matcher.group(4),
                        matcher.group(5)));
    }

    String line() {
        return name + ":" + role.name().toLowerCase(Locale.ROOT) + ":pbkdf2-sha256:" + iterations + ":" + salt + ":"
                + hash;
    }

    Principal principal() {
        return new Principal(name, role);
    }

    boolean accepts(String password) {
        byte[] actual = hash(password, Base64.getDecoder().decode(salt), iterations);
        return MessageDigest.isEqual(actual, Base64.getDecoder().decode(hash));
    }

    private static byte[] hash(String password, byte[] salt, int iterations) {
        PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            key.clearPassword();
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Leaves the hash out. */
    @Override
    public String toString() {
        return "PasswordEntry[" + name + ", " + role + "]";
    }
}
