package dev.brain.sqlserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What a {@link TdsServer} proves itself by; each kept in a folder. */
public final class TdsServerKeys {
    private static final String STORE_PASSWORD = "of-the-store";

    private TdsServerKeys() {}

    /** A key, with a certificate that nobody but itself vouches for. */
    public static SSLContext selfSigned(Path folder)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("server.p12");
        Files.deleteIfExists(store);
        keytool(store, "server", "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost");
        return tls(KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray()));
    }

    /** A key, with a certificate for localhost that an authority has signed; the authority's own is {@code ca.pem}. */
    static SSLContext signed(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("signed.p12");
        keytool(store, "ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=An authority", "-ext", "bc:c");
        keytool(
                store,
                "server",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=ignored.example",
                "-ext",
                "san=dns:localhost",
                "-signer",
                "ca");
        KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
        write(folder.resolve("ca.pem"), keys.getCertificate("ca"));
        keys.deleteEntry("ca");
        return tls(keys);
    }

    private static void keytool(Path store, String alias, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD,
                "-alias",
                alias));
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }

    private static SSLContext tls(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, STORE_PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    /** The certificate of {@link #selfSigned}, as a PEM file. */
    public static Path pem(Path folder) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(folder.resolve("server.p12").toFile(), STORE_PASSWORD.toCharArray());
        return write(folder.resolve("server.pem"), keys.getCertificate("server"));
    }

    private static Path write(Path file, Certificate certificate) throws IOException, GeneralSecurityException {
        return Files.writeString(
                file,
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }
}
