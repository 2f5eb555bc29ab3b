package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Servers whose certificate no browser knows: one of an office's own authority. The folder {@code certificates} has the
 * server's key with a certificate for 127.0.0.1 that the authority has signed, and another authority that signed nothing.
 */
class CertificateTest {
    private static final String STORE_PASSWORD = "changeit";

    @TempDir
    private Path folder;

    private FakeOffice office;

    private static InputStream resource(String name) {
        return Objects.requireNonNull(CertificateTest.class.getResourceAsStream("certificates/" + name), name);
    }

    private static final class Encrypted extends FakeIntranet {
        Encrypted(Path folder) {
            super(folder);
        }

        @Override
        HttpServer server() throws IOException {
            try (InputStream in = resource("server.p12")) {
                KeyStore all = KeyStore.getInstance("PKCS12");
                all.load(in, STORE_PASSWORD.toCharArray());
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(all, STORE_PASSWORD.toCharArray());
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys.getKeyManagers(), null, null);
                HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
                server.setHttpsConfigurator(new HttpsConfigurator(context));
                return server;
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }

        @Override
        String scheme() {
            return "https";
        }
    }

    @BeforeEach
    void open() throws IOException {
        office = new FakeOffice(folder, Encrypted::new)
                .pages("\"answer\":", "\"form\": {\"css\": \"#cases form\"}, \"answer\":");
        office.intranet.cases(2);
        for (String name : List.of("authority.pem", "other.pem")) {
            try (InputStream in = resource(name)) {
                Files.copy(in, folder.resolve(name));
            }
        }
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void anOwnAuthorityIsTrustedWhereTheSiteSaysSo() {
        assertIsTrusted("form", "authority");
    }

    @ParameterizedTest
    @CsvSource({"ui, authority", "ui, none", "form, none"})
    @Tag("slow")
    void anOwnAuthorityOrAnyCertificateIsTrustedEitherWay(String method, String trust) {
        assertIsTrusted(method, trust);
    }

    private void assertIsTrusted(String method, String trust) {
        office.web("method", method)
                .web("tls", trust.equals("none") ? Map.of("verify", false) : Map.of("authority", "authority.pem"));
        FakeOffice.Outcome outcome = office.run();

        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
    }

    @Test
    @Tag("slow")
    void anUnknownCertificateIsRefusedWithWhatToDo() {
        assertThat(office.run().errors())
                .singleElement()
                .asString()
                .contains("ERR_CERT_AUTHORITY_INVALID", "\"tls\"")
                .doesNotContain("\n");
        assertThat(office.intranet.requests).isEmpty();
    }

    @Test
    @Tag("slow")
    void aCertificateOfAnotherAuthorityIsRefused() {
        office.web("tls", Map.of("authority", "other.pem"));

        assertThat(office.run().errors())
                .singleElement()
                .asString()
                .contains("the certificate of 127.0.0.1", "other.pem")
                .doesNotContain("\n");
        assertThat(office.intranet.requests).isEmpty();
    }

    @Test
    @Tag("slow")
    void aMissingFileIsNamed() {
        office.web("tls", Map.of("authority", "missing.pem"));

        assertThat(office.run().errors()).singleElement().asString().contains("missing.pem");
    }
}
