package dev.brain.playwright;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.HttpCredentials;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings with which a browser reaches the server.
 *
 * @param credentials for HTTP authentication; null if there are none
 * @param isVerified whether certificates are checked
 * @param keys hashes of the keys of servers whose certificates the authority has signed, in Chromium's format
 * @param authority the file of the authority; null if there is none
 */
record ServerAccess(
        @Nullable HttpCredentials credentials,
        boolean isVerified,
        List<String> keys,
        @Nullable Path authority) {
    /** ServerAccess without an account and with public certificates only. */
    static final ServerAccess PLAIN = new ServerAccess(null, true, List.of(), null);

    /**
     * Resolves the settings of a page file now.
     *
     * @throws ConfigurationException if a variable or the file is missing, or the authority has not signed a server's
     *     certificate
     * @throws UnavailableException if the certificate of a server can't be fetched
     */
    static ServerAccess of(PageSettings settings, Environment environment, Path home) {
        PageSettings.Tls tls = settings.tls();
        Path authority = tls.authority() == null ? null : home.resolve(tls.authority());
        return new ServerAccess(
                credentials(settings, environment),
                tls.isVerified(),
                authority == null ? List.of() : keys(settings, authority),
                authority);
    }

    /** Creates a browser context with that session. */
    Browser.NewContextOptions context(SessionState session) {
        Browser.NewContextOptions options = new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(!isVerified)
                .setHttpCredentials(credentials);
        session.browser().ifPresent(options::setStorageState);
        return options;
    }

    /** Returns whether the browser knows servers by their keys. A server with a new key needs a newly started browser. */
    boolean hasKeys() {
        return !keys.isEmpty();
    }

    private static @Nullable HttpCredentials credentials(PageSettings settings, Environment environment) {
        PageSettings.Basic basic = settings.basic();
        if (basic == null) {
            return null;
        }
        HttpCredentials credentials = basic.isVariable()
                ? new HttpCredentials(value(environment, basic.name()), value(environment, basic.password()))
                : new HttpCredentials(basic.name(), basic.password());
        URI base = URI.create(settings.base());
        return credentials.setOrigin(base.getScheme() + "://" + base.getRawAuthority());
    }

    private static String value(Environment environment, String variable) {
        return environment
                .get(variable)
                .orElseThrow(() -> new ConfigurationException(
                        "the page file's \"basic\" names " + variable + ", which is not set: set it"));
    }

    /**
     * Chromium accepts no authority file. It gets the keys of the servers instead, after a check that each server has a
     * certificate for its name that the authority has signed.
     */
    private static List<String> keys(PageSettings settings, Path authority) {
        Set<String> servers = new LinkedHashSet<>();
        Stream.of(
                        settings.login().address(),
                        settings.user().address(),
                        settings.claim().address())
                .map(settings::absolute)
                .filter(address -> address.startsWith("https:"))
                .forEach(address ->
                        servers.add(address.substring("https://".length()).split("[/?#]", 2)[0]));
        List<String> keys = new ArrayList<>();
        for (String server : servers) {
            keys.add(key(server, authority, (int) settings.limits().page().toMillis()));
        }
        return List.copyOf(keys);
    }

    private static String key(String server, Path authority, int limit) {
        URI address = URI.create("https://" + server);
        int port = address.getPort() < 0 ? 443 : address.getPort();
        SSLContext context = trusting(authority);
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address.getHost(), port), limit);
            plain.setSoTimeout(limit);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, address.getHost(), port, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                byte[] key = socket.getSession()
                        .getPeerCertificates()[0]
                        .getPublicKey()
                        .getEncoded();
                return Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
            }
        } catch (SSLHandshakeException e) {
            throw new ConfigurationException(
                    "the certificate of " + server + " is not signed by an authority in " + authority + " ("
                            + BrowserError.message(e) + "); correct \"tls\": {\"authority\": …}",
                    e);
        } catch (IOException | GeneralSecurityException e) {
            throw new UnavailableException(
                    "the certificate of " + server + " can't be fetched: " + BrowserError.message(e), e);
        }
    }

    private static SSLContext trusting(Path authority) {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigurationException(
                    "the page file's \"tls\": {\"authority\": …} needs a PEM file of certificates, and " + authority
                            + " can't be read as one: " + e,
                    e);
        }
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "Access[" + (credentials == null ? "" : "with an account, ") + (isVerified ? keys : "any certificate")
                + "]";
    }
}
