package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.jdbc.Dialect.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
    private static SQLException error(int code) {
        return new SQLException("what the server says", "S0001", code);
    }

    @ParameterizedTest
    @ValueSource(ints = {1204, 1205, 1222, 3960, 10928, 10929, 40501, 49918, 49919, 49920})
    void whatWasRolledBackForCertainIsTriedAgain(int code) {
        assertThat(Errors.classify(error(code))).isEqualTo(Fault.TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 233, 596, 4060, 10053, 10054, 40197, 40613})
    void aConnectionThatBrokeLeavesOpenWhatBecameOfIt(int code) {
        assertThat(Errors.classify(error(code))).isEqualTo(Fault.CONNECTION);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                18456, 18452, 18486, 102, 103, 105, 137, 169, 174, 306, 448, 4145, 8117, 207, 208, 229, 230, 468, 916,
                3906
            })
    void aWrongNamePermissionOrLoginIsTheConfigurations(int code) {
        assertThat(Errors.classify(error(code))).isEqualTo(Fault.CONFIGURATION);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                220, 232, 241, 242, 245, 512, 515, 547, 550, 2601, 2627, 2628, 3609, 3616, 8114, 8115, 8134, 8152,
                50000, 51234
            })
    void whatIsWrongWithARowsValuesIsTheRows(int code) {
        assertThat(Errors.classify(error(code))).isEqualTo(Fault.ROW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "22003", "23000"})
    void aStandardStateOfDataOrConstraintsIsTheRowsToo(String state) {
        assertThat(Errors.classify(new SQLException("what the driver says", state, 0)))
                .isEqualTo(Fault.ROW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3013})
    void anythingElseMayHaveTakenEffect(int code) {
        assertThat(Errors.classify(error(code))).isEqualTo(Fault.OTHER);
    }

    @Test
    void theDriversOwnErrorsGoByTheirState() {
        assertThat(Errors.classify(new SQLException("The connection is closed.", "08S01", 0)))
                .isEqualTo(Fault.CONNECTION);
        assertThat(Errors.classify(new SQLException("Read timed out", "08006", 0)))
                .isEqualTo(Fault.CONNECTION);
        assertThat(Errors.classify(new SQLTimeoutException("The query has timed out.", "HY008", 0)))
                .as("the update may have been done")
                .isEqualTo(Fault.OTHER);
        assertThat(Errors.classify(new SQLException("x", null, 0))).isEqualTo(Fault.OTHER);
    }

    @Test
    void whatTheDriverRefusesBeforeItConnectsIsASetting() {
        SQLException refused = new SQLException("The port number x is not valid.");
        assertThat(Errors.classify(Errors.whileConnecting(refused))).isEqualTo(Fault.CONFIGURATION);
        SQLException broken = new SQLException("The TCP/IP connection has failed", "08S01", 0);
        assertThat((Object) Errors.whileConnecting(broken)).isSameAs(broken);
    }

    @Test
    void aCertificateThatIsNotTrustedIsASetting() {
        SQLException error = new SQLException("could not establish a secure connection", "08S01", 0);
        error.initCause(new SSLHandshakeException("x").initCause(new CertificateException("y")));
        assertThat(Errors.classify(error)).isEqualTo(Fault.CONFIGURATION);
        assertThat(Errors.advice(error, ConnectionForm.JDBC_URL))
                .hasValueSatisfying(advice ->
                        assertThat(advice).contains("SQLSERVER_CA_FILE", "trustStore", "trustServerCertificate=true"));
    }

    @Test
    void aServerThatSpeaksNoTlsThatJavaTakesIsNotLookedForAtAFirewall() {
        SQLException error = new SQLException("could not establish a secure connection", "08S01", 0);
        error.initCause(new SSLHandshakeException("The server selected protocol version TLS10"));
        assertThat(Errors.classify(error)).isEqualTo(Fault.CONFIGURATION);
        assertThat(Errors.advice(error, ConnectionForm.JDBC_URL))
                .hasValueSatisfying(advice ->
                        assertThat(advice).contains("TLS 1.2", "encrypt=false").doesNotContain("firewall"));
    }

    @Test
    void aServerThatOffersNoTlsIsASettingInWhateverLanguageTheDriverSpeaks() {
        SQLException error = new SQLException(
                ResourceBundle.getBundle("com.microsoft.sqlserver.jdbc.SQLServerResource")
                                .getString("R_sslRequiredNoServerSupport")
                        + " ClientConnectionId:ab-12",
                "08S01",
                0);
        assertThat(Errors.classify(error)).isEqualTo(Fault.CONFIGURATION);
        assertThat(Errors.advice(error, ConnectionForm.PARTS))
                .hasValueSatisfying(advice -> assertThat(advice)
                        .contains("TLS 1.2", "SQLSERVER_ENCRYPT=no")
                        .doesNotContain("firewall"));
    }

    /** A claim's answer may be lost like that: nobody knows what became of it. */
    @ParameterizedTest
    @MethodSource("broken")
    void aConnectionThatBreaksWithinTlsIsNoSetting(IOException broken) {
        SQLException error = new SQLException("SQL Server returned an incomplete response", "08S01", 0);
        error.initCause(broken);
        assertThat(Errors.classify(error)).isEqualTo(Fault.CONNECTION);
    }

    static Stream<IOException> broken() {
        return Stream.of(
                new SSLException("Connection reset", new SocketException("Connection reset")),
                (IOException) new SSLHandshakeException("Remote host terminated the handshake")
                        .initCause(new EOFException("SSL peer shut down incorrectly")),
                (IOException) new SSLHandshakeException("Read timed out").initCause(new SocketTimeoutException("x")),
                new SSLException("Tag mismatch"));
    }

    @Test
    void anAnswerThatIsNoTlsIsASettingWhileConnecting() {
        SQLException error = new SQLException("could not establish a secure connection", "08S01", 0);
        error.initCause(new SSLException("Unsupported or unrecognized SSL message"));
        SQLException told = Errors.whileConnecting(error);
        assertThat(Errors.classify(told)).isEqualTo(Fault.CONFIGURATION);
        assertThat(Errors.describe(told)).isEqualTo("could not establish a secure connection");
        assertThat(Errors.advice(told, ConnectionForm.ODBC_STRING))
                .hasValueSatisfying(
                        advice -> assertThat(advice).contains("TLS 1.2", "Encrypt=no in SQLSERVER_CONNECTION_STRING"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PARTS       | set SQLSERVER_CA_FILE | SQLSERVER_TRUST_SERVER_CERTIFICATE=yes trusts any certificate",
                "ODBC_STRING | set SQLSERVER_CA_FILE | TrustServerCertificate=yes in SQLSERVER_CONNECTION_STRING trusts",
                "JDBC_URL    | trustStore in the JDBC URL | trustServerCertificate=true in the JDBC URL trusts",
                "DATA_SOURCE | the DataSource's trustStore | trustServerCertificate=true trusts"
            })
    void adviceNamesTheSettingsOfTheFormInUse(ConnectionForm form, String trust, String anybody) {
        SQLException error = new SQLException("could not establish a secure connection", "08S01", 0);
        error.initCause(new SSLHandshakeException("x").initCause(new CertificateException("y")));
        assertThat(Errors.advice(error, form))
                .hasValueSatisfying(text -> assertThat(text).contains(trust, anybody));
    }

    @Test
    void thePoolsErrorIsTheOneBeneathIt() {
        SQLException inner = new SQLException("Login failed for user 'x'. ClientConnectionId:ab-12", "S0001", 18456);
        SQLException outer = new SQLTransientConnectionException("brain - Connection is not available", "08001", inner);
        assertThat(Errors.classify(outer)).isEqualTo(Fault.CONFIGURATION);
        assertThat(Errors.describe(outer)).isEqualTo("Login failed for user 'x'. (error 18456)");
        assertThat(Errors.isRefusedLogin(outer)).isTrue();
        assertThat(Errors.classify(new SQLTransientConnectionException("all are in use")))
                .isEqualTo(Fault.CONNECTION);
    }

    @Test
    void anErrorIsOneLine() {
        assertThat(Errors.describe(new SQLException(" first\r\n\tsecond ClientConnectionId:1-2 ", "08S01", 0)))
                .isEqualTo("first second");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "229|The UPDATE permission was denied on the object 'RecursosExp', database 'm', schema 'Recursos'.|ask for GRANT UPDATE ON [Recursos].[RecursosExp]",
                "230|The UPDATE permission was denied on the column 'TExp' of the object 'RecursosExp', database 'm', schema 'Recursos'.|ask for GRANT UPDATE ON [Recursos].[RecursosExp] ([TExp])",
                "230|Se denegó el permiso SELECT en la columna 'a]b' del objeto 't', base de datos 'm', esquema 'dbo'.|ask for GRANT SELECT ON [dbo].[t] ([a]]b])",
                "229|L'autorisation SELECT a été refusée sur l'objet 't', base de données 'd', schéma 'dbo'.|ask for the permission that is named",
                "230|The SELECT permission was denied on the column 'who's' of the object 't', database 'm', schema 'dbo'.|ask for the permission that is named",
                "229|Permission denied.|ask for the permission that is named"
            })
    void aMissingPermissionNamesTheGrant(int code, String message, String advice) {
        // quotes are CSV's otherwise
        assertThat(Errors.advice(new SQLException(message.replace("''", "'"), "S0005", code), ConnectionForm.PARTS))
                .contains(advice);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "18456|password",
                "4060|database's name",
                "207|column's name",
                "208|table's name",
                "245|idType",
                "2628|too long",
                "1222|sp_who2",
                "979|can be written to"
            })
    void everyKnownErrorSaysWhatToDo(int code, String advice) {
        assertThat(Errors.advice(error(code), ConnectionForm.PARTS))
                .hasValueSatisfying(text -> assertThat(text).contains(advice));
    }

    @Test
    void whatTookTooLongPointsAtTheIndex() {
        assertThat(Errors.advice(
                        new SQLTimeoutException("La consulta ha agotado el tiempo", "HY008", 0),
                        ConnectionForm.JDBC_URL))
                .hasValueSatisfying(text -> assertThat(text).contains("index", "queryTimeout"));
        assertThat(Errors.advice(new SQLException("x", "08S01", 0), ConnectionForm.PARTS))
                .hasValueSatisfying(text -> assertThat(text).contains("host and port"));
        assertThat(Errors.advice(error(50000), ConnectionForm.PARTS)).isEmpty();
    }
}
