package dev.brain.playwright;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that drivers trust for the requests that they send outside the browser. All drivers of a
 * process get the environment of the first one, so they share one file. A driver may read it at its first such request.
 */
final class DriverAuthorities {
    private static final String VARIABLE = "NODE_EXTRA_CA_CERTS";

    private static final Set<String> CERTIFICATES = new LinkedHashSet<>();
    private static @Nullable Path file;

    private DriverAuthorities() {}

    /**
     * Adds the authorities to the environment of a driver that is about to be started. Those that the environment of this
     * process names stay trusted.
     *
     * @param authority a PEM file; null to add none
     */
    static synchronized void add(Map<String, String> environment, @Nullable Path authority) {
        try {
            if (file == null) {
                file = Files.createTempFile("brain-authorities", ".pem");
                file.toFile().deleteOnExit();
                String own = System.getenv(VARIABLE);
                if (own != null && Files.isReadable(Path.of(own))) {
                    CERTIFICATES.add(Files.readString(Path.of(own)));
                }
            }
            if (authority != null) {
                CERTIFICATES.add(Files.readString(authority));
            }
            Files.writeString(file, String.join("\n", CERTIFICATES));
            environment.put(VARIABLE, file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
