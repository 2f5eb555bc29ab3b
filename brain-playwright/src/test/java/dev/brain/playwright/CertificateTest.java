package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers whose certificate no browser knows: one of an office's own authority. */
@Tag("slow")
class CertificateTest {
    private static final String STORE_PASSWORD = "changeit";

    @TempDir
    private static Path keys;

    @TempDir
    private Path folder;

    private FakeOffice office;

    /** An authority, a server's certificate that it signed, and another authority that signed nothing. */
    @BeforeAll
    static void sign() throws Exception {
        keytool("-genkeypair", "-alias", "authority", "-dname", "CN=Invented Authority", "-ext", "bc:critical=ca:true");
        keytool("-genkeypair", "-alias", "other", "-dname", "CN=Other Authority", "-ext", "bc:critical=ca:true");
        keytool("-genkeypair", "-alias", "server", "-dname", "CN=intranet.invalid");
        keytool("-certreq", "-alias", "server", "-file", file("server.csr"));
        keytool(
                "-gencert",
                "-alias",
                "authority",
                "-infile",
                file("server.csr"),
                "-outfile",
                file("server.crt"),
                "-ext",
                "san=ip:127.0.0.1");
        keytool("-exportcert", "-rfc", "-alias", "authority", "-file", file("authority.pem"));
        keytool("-exportcert", "-rfc", "-alias", "other", "-file", file("other.pem"));
        keytool("-importcert", "-noprompt", "-alias", "server", "-file", file("server.crt"));
    }

    private static String file(String name) {
        return keys.resolve(name).toString();
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", file("keys.p12"), "-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "RSA", "-keysize", "2048", "-validity", "30"));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static final class Encrypted extends FakeIntranet {
        Encrypted(Path folder) {
            super(folder);
        }

        @Override
        HttpServer server() throws IOException {
            try (InputStream in = Files.newInputStream(keys.resolve("keys.p12"))) {
                KeyStore all = KeyStore.getInstance("PKCS12");
                all.load(in, STORE_PASSWORD.toCharArray());
                for (String other : List.of("authority", "other")) {
                    all.deleteEntry(other);
                }
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
        Files.copy(keys.resolve("authority.pem"), folder.resolve("authority.pem"));
        Files.copy(keys.resolve("other.pem"), folder.resolve("other.pem"));
    }

    @AfterEach
    void close() {
        office.close();
    }

    @ParameterizedTest
    @CsvSource({"ui, authority", "form, authority", "ui, none", "form, none"})
    void anOwnAuthorityOrAnyCertificateIsTrustedWhereTheSiteSaysSo(String way, String trust) {
        office.web("way", way)
                .web("tls", trust.equals("none") ? Map.of("verify", false) : Map.of("authority", "authority.pem"));
        FakeOffice.Outcome outcome = office.run();

        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
    }

    @Test
    void anUnknownCertificateIsRefusedWithWhatToDo() {
        assertThat(office.run().errors())
                .singleElement()
                .asString()
                .contains("ERR_CERT_AUTHORITY_INVALID", "\"tls\"")
                .doesNotContain("\n");
        assertThat(office.intranet.requests).isEmpty();
    }

    @Test
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
    void aMissingFileIsNamed() {
        office.web("tls", Map.of("authority", "missing.pem"));

        assertThat(office.run().errors()).singleElement().asString().contains("missing.pem");
    }
}
