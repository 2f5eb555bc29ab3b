package dev.brain.sqlserver.internal;

import dev.brain.error.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server whose certificate is in a PEM file. Also trusts a server whose certificate matches its host name and
 * is signed by an authority in that file. Thread-safe.
 *
 * <p>Public because the driver creates it by its class name, for each connection. The driver leaves the check of the
 * host name to custom trust managers.
 */
public final class CertificateFileTrustManager extends X509ExtendedTrustManager {
    private static final String SEPARATOR = "\n";

    private final List<X509Certificate> trusted = new ArrayList<>();
    private final String hostNameInCertificate;
    private final X509ExtendedTrustManager authorities;

    /** Creates it from an argument made by {@link #argument}. */
    public CertificateFileTrustManager(String argument) throws GeneralSecurityException, IOException {
        String[] parts = argument.split(SEPARATOR, -1);
        hostNameInCertificate = parts[0];
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 1; i < parts.length; i++) {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getDecoder().decode(parts[i])));
            trusted.add(certificate);
            store.setCertificateEntry("certificate " + i, certificate);
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
     * Returns the constructor's argument. Reads the file once, not for each connection.
     *
     * @param file a PEM file
     * @param hostNameInCertificate the name that a signed certificate must have; empty for the host of the connection
     * @param origin the setting that names the file, for messages
     * @throws ConfigurationException if the file can't be read or has no certificate
     */
    public static String argument(String file, String hostNameInCertificate, String origin) {
        StringBuilder argument = new StringBuilder(hostNameInCertificate);
        try {
            Collection<? extends Certificate> certificates = read(file, origin);
            if (certificates.isEmpty()) {
                throw new ConfigurationException(
                        origin + " must name a PEM file with certificates; " + file + " has none");
            }
            for (Certificate certificate : certificates) {
                argument.append(SEPARATOR).append(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
        } catch (CertificateException e) {
            throw new ConfigurationException(
                    origin + " must name a PEM file with certificates only; " + file + " has other contents", e);
        }
        return argument.toString();
    }

    private static Collection<? extends Certificate> read(String file, String origin) throws CertificateException {
        try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(Path.of(file)))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException(
                    origin + " names " + file + ", which can't be read (" + e
                            + "): correct the path, or let this user read the file",
                    e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, socket);
        for (X509Certificate certificate : chain) {
            certificate.checkValidity();
        }
        // the holder of the key of a listed certificate is that server, whatever name the certificate has
        if (!trusted.contains(chain[0])) {
            HostName.of(hostNameInCertificate.isEmpty() ? peer(socket) : hostNameInCertificate)
                    .check(chain[0]);
        }
    }

    private static String peer(Socket socket) throws CertificateException {
        if (!(socket instanceof SSLSocket secured) || secured.getHandshakeSession() == null) {
            throw new CertificateException("the host of the connection is unknown");
        }
        return secured.getHandshakeSession().getPeerHost();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a server can be checked only through its socket, which has its name");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("client certificates are not supported");
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
