package dev.brain.sqlserver.internal;

import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server whose certificate stands in a PEM file, or is signed by an authority that stands there and names the
 * server's host. Thread-safe.
 *
 * <p>Public because the driver creates it by its name, for each connection. The driver leaves the check of the host's
 * name to whoever replaces its own trust manager.
 */
public final class CertificateFileTrustManager extends X509ExtendedTrustManager {
    private static final String SEPARATOR = "\n";

    private final List<X509Certificate> trusted;
    private final String hostNameInCertificate;
    private final X509ExtendedTrustManager authorities;

    /** Reads the file that an argument made by {@link #argument} names. */
    public CertificateFileTrustManager(String argument) throws GeneralSecurityException, IOException {
        String[] parts = argument.split(SEPARATOR, 2);
        hostNameInCertificate = parts[0];
        trusted = read(Path.of(parts[1]));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("certificate " + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        authorities = extended(factory.getTrustManagers());
    }

    private static X509ExtendedTrustManager extended(TrustManager[] managers) throws GeneralSecurityException {
        for (TrustManager manager : managers) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("Java has no trust manager for certificates");
    }

    /**
     * Returns the constructor's argument.
     *
     * @param hostNameInCertificate the name that the certificate must be for; empty for the host that is connected to
     */
    public static String argument(Path file, String hostNameInCertificate) {
        return hostNameInCertificate + SEPARATOR + file;
    }

    /**
     * Returns the absolute path of a file that has been seen to hold certificates.
     *
     * @param origin what names the file, for messages
     * @throws ConfigurationException if it can't be read or holds none
     */
    public static Path checked(String file, String origin) {
        Path absolute;
        try {
            absolute = Path.of(file).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new ConfigurationException(origin + " must name a file, not '" + file + "'", e);
        }
        try {
            if (!read(absolute).isEmpty()) {
                return absolute;
            }
        } catch (CertificateException e) {
            throw new ConfigurationException(
                    origin + " must name a PEM file with certificates only; " + absolute + " holds something else", e);
        } catch (IOException e) {
            throw new ConfigurationException(
                    origin + " names " + absolute + ", which can't be read: " + e
                            + "; correct the path, or let this user read it",
                    e);
        }
        throw new ConfigurationException(
                origin + " must name a PEM file with certificates; " + absolute + " holds none");
    }

    private static List<X509Certificate> read(Path file) throws IOException, CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .forEach(certificate -> certificates.add((X509Certificate) certificate));
        }
        return certificates;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, socket);
        for (X509Certificate certificate : chain) {
            certificate.checkValidity();
        }
        // whoever has the key of a certificate that was itself named is that server, whatever name it bears
        if (!trusted.contains(chain[0])) {
            HostName.of(hostNameInCertificate.isEmpty() ? peer(socket) : hostNameInCertificate)
                    .check(chain[0]);
        }
    }

    private static String peer(Socket socket) throws CertificateException {
        if (!(socket instanceof SSLSocket secured) || secured.getHandshakeSession() == null) {
            throw new CertificateException("the host that is connected to is not known");
        }
        return secured.getHandshakeSession().getPeerHost();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a server is trusted by its socket only, which tells its name");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no client is served here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
