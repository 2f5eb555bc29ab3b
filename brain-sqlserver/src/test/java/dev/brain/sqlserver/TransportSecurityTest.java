package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a connection is encrypted, and whom it trusts, by each form of it; the driver is the real one. */
class TransportSecurityTest {
    private static final String REFUSED = "Login failed for user 'u'.";

    @TempDir
    static Path folder;

    private static Path pem;
    private static SSLContext signed;

    @BeforeAll
    static void makeCertificates() throws IOException, GeneralSecurityException, InterruptedException {
        signed = TdsServerKeys.signed(folder);
        TdsServerKeys.selfSigned(folder);
        pem = TdsServerKeys.pem(folder);
    }

    /** One of the forms, for this server. */
    private static Map<String, String> form(String form, String server) {
        Map<String, String> variables = new HashMap<>();
        String[] hostAndPort = server.split(",", -1);
        switch (form) {
            case "parts" -> {
                variables.put("SQLSERVER_SERVER", server);
                variables.put("SQLSERVER_DATABASE", "d");
                variables.put("SQLSERVER_USERNAME", "u");
                variables.put("SQLSERVER_PASSWORD", "p");
            }
            case "odbc" -> variables.put("SQLSERVER_CONNECTION_STRING", "SERVER=" + server + ";DATABASE=d;UID=u;PWD=p");
            case "url" ->
                variables.put(
                        "BRAIN_SOURCE_URL",
                        "jdbc:sqlserver://" + hostAndPort[0] + ":" + hostAndPort[1] + ";user=u;password=p");
            default -> throw new IllegalArgumentException(form);
        }
        return variables;
    }

    private static ConnectionSettings settings(Map<String, String> variables) {
        return ConnectionSettings.from(Environment.of(variables)).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "parts, yes, true",
        "parts, no, false",
        "parts, strict, strict",
        "parts, Mandatory, true",
        "odbc, no, false",
        "url, strict, strict"
    })
    void theVariableSaysWhetherAConnectionIsEncrypted(String form, String value, String expected) {
        Map<String, String> variables = form(form, "h,1433");
        assertThat(settings(variables).properties()).doesNotContainKey("encrypt");
        variables.put("SQLSERVER_ENCRYPT", value);
        assertThat(settings(variables).properties()).containsEntry("encrypt", expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parts", "odbc", "url"})
    void theVariablesSayWhomToTrust(String form) {
        Map<String, String> variables = form(form, "h,1433");
        variables.put("SQLSERVER_TRUST_SERVER_CERTIFICATE", "yes");
        assertThat(settings(variables).properties()).containsEntry("trustServerCertificate", "true");
        variables.put("SQLSERVER_TRUST_SERVER_CERTIFICATE", "no");
        variables.put("SQLSERVER_CA_FILE", pem.toString());
        Properties properties = settings(variables).properties();
        assertThat(properties)
                .containsEntry("trustServerCertificate", "false")
                .containsKeys("trustManagerClass", "trustManagerConstructorArg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SQLSERVER_ENCRYPT=perhaps                  | SQLSERVER_ENCRYPT must be yes, no or strict",
                "SQLSERVER_TRUST_SERVER_CERTIFICATE=perhaps | SQLSERVER_TRUST_SERVER_CERTIFICATE must be yes or no",
                "SQLSERVER_CA_FILE=PEM SQLSERVER_ENCRYPT=no | the connection is not encrypted",
                "SQLSERVER_CA_FILE=PEM SQLSERVER_TRUST_SERVER_CERTIFICATE=yes | trusts any certificate",
                "SQLSERVER_CA_FILE=no-such-file.pem         | no-such-file.pem, which can't be read",
                "SQLSERVER_CA_FILE=EMPTY                    | has none",
                "SQLSERVER_CA_FILE=KEY                      | has other contents",
                "SQLSERVER_CA_FILE=FOLDER                   | SQLSERVER_CA_FILE"
            })
    void valuesThatCannotBeRightAreRefused(String variables, String expected) throws IOException {
        Map<String, String> environment = form("parts", "h");
        for (String variable : variables.split(" ", -1)) {
            String[] nameAndValue = variable.split("=", 2);
            environment.put(
                    nameAndValue[0],
                    switch (nameAndValue[1]) {
                        case "PEM" -> pem.toString();
                        case "FOLDER" -> folder.toString();
                        case "EMPTY" ->
                            Files.writeString(folder.resolve("empty.pem"), "").toString();
                        case "KEY" ->
                            Files.writeString(
                                            folder.resolve("key.pem"),
                                            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
                                    .toString();
                        default -> nameAndValue[1];
                    });
        }
        assertThatThrownBy(() -> settings(environment))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SQLSERVER_ENCRYPT=yes                  | jdbc:sqlserver://h;user=u;Encrypt=false           | encrypt",
                "SQLSERVER_TRUST_SERVER_CERTIFICATE=no  | jdbc:sqlserver://h;user=u;trustServerCertificate=true | trustServerCertificate",
                "SQLSERVER_ENCRYPT=yes                  | SERVER=h;UID=u;PWD=p;Encrypt=no                   | encrypt",
                "SQLSERVER_TRUST_SERVER_CERTIFICATE=no  | SERVER=h;UID=u;PWD=p;TrustServerCertificate=yes   | trustServerCertificate",
                "SQLSERVER_CA_FILE=PEM                  | jdbc:sqlserver://h;user=u;trustStore=x            | trustStore",
                "SQLSERVER_CA_FILE=PEM                  | SERVER=h;UID=u;PWD=p;Encrypt=strict;ServerCertificate=x | serverCertificate"
            })
    void whatIsSaidTwiceIsRefused(String variable, String connection, String property) {
        String[] nameAndValue = variable.split("=", 2);
        Map<String, String> environment = Map.of(
                ConnectionSettings.WHOLE,
                connection,
                nameAndValue[0],
                nameAndValue[1].equals("PEM") ? pem.toString() : nameAndValue[1]);
        assertThatThrownBy(() -> settings(environment))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(nameAndValue[0])
                .hasMessageContaining(property);
    }

    @Test
    void whatTheDriverWouldNotLookAtIsWarnedOf() {
        assertThat(settings(Map.of(
                                ConnectionSettings.WHOLE,
                                "SERVER=h;UID=u;PWD=p;Encrypt=strict",
                                TransportSecurity.TRUST,
                                "yes"))
                        .warnings())
                .singleElement()
                .asString()
                .contains("trustServerCertificate has no effect", "SQLSERVER_CA_FILE");
        assertThat(settings(Map.of(ConnectionSettings.WHOLE, "SERVER=h;UID=u;PWD=p;ServerCertificate=x"))
                        .warnings())
                .singleElement()
                .asString()
                .contains("only with encrypt=strict", "SQLSERVER_CA_FILE");
        assertThat(settings(Map.of(
                                ConnectionSettings.WHOLE,
                                "jdbc:sqlserver://h;user=u;encrypt=strict;serverCertificate=x"))
                        .warnings())
                .isEmpty();
    }

    private static String connect(Map<String, String> variables) {
        try {
            new DriverDataSource(settings(variables)).getConnection().close();
            return "connected";
        } catch (SQLException e) {
            return Errors.describe(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"parts", "odbc", "url"})
    void anAuthorityOfOnesOwnVouchesForTheHostItSignedFor(String form) throws Exception {
        try (TdsServer server = TdsServer.refusing(signed, 18456, REFUSED)) {
            Map<String, String> variables = form(form, "localhost," + server.port());
            assertThat(connect(variables)).contains("PKIX");
            variables.put("SQLSERVER_CA_FILE", folder.resolve("ca.pem").toString());
            assertThat(connect(variables)).contains(REFUSED);
            variables.put("SQLSERVER_CA_FILE", pem.toString());
            assertThat(connect(variables)).as("another's certificate").contains("PKIX");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void anAuthoritysServerForAnotherHostGetsNoPassword() throws Exception {
        try (TdsServer server = TdsServer.refusing(signed, 18456, REFUSED)) {
            Map<String, String> variables = form("odbc", "127.0.0.1," + server.port());
            variables.put("SQLSERVER_CA_FILE", folder.resolve("ca.pem").toString());
            assertThat(connect(variables)).contains("the certificate is for localhost, not for 127.0.0.1");
            assertThat(server.logins()).isZero();
            variables.compute("SQLSERVER_CONNECTION_STRING", (name, text) -> text + ";HostNameInCertificate=localhost");
            assertThat(connect(variables)).contains(REFUSED);
        }
    }
}
