package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.jdbc.Dialect.Fault;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    @ValueSource(ints = {18456, 18452, 18486, 207, 208, 229, 230, 245, 468, 515, 547, 916, 2628, 3906, 8152})
    void aWrongNamePermissionOrLoginIsTheConfigurations(int code) {
        assertThat(Errors.classify(error(code))).isEqualTo(Fault.CONFIGURATION);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50000, 3609, 3616, 2627, 8134})
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
        assertThat(Errors.advice(error))
                .hasValueSatisfying(
                        advice -> assertThat(advice).contains("serverCertificate", "trustServerCertificate"));
    }

    @Test
    void aServerThatSpeaksNoTlsThatJavaTakesIsNotLookedForAtAFirewall() {
        SQLException error = new SQLException("could not establish a secure connection", "08S01", 0);
        error.initCause(new SSLHandshakeException("The server selected protocol version TLS10"));
        assertThat(Errors.classify(error)).isEqualTo(Fault.CONNECTION);
        assertThat(Errors.advice(error))
                .hasValueSatisfying(advice ->
                        assertThat(advice).contains("TLS 1.2", "encrypt=false").doesNotContain("firewall"));
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
                "229|Permission denied.|ask for the permission that is named"
            })
    void aMissingPermissionNamesTheGrant(int code, String message, String advice) {
        // quotes are CSV's otherwise
        assertThat(Errors.advice(new SQLException(message.replace("''", "'"), "S0005", code)))
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
        assertThat(Errors.advice(error(code)))
                .hasValueSatisfying(text -> assertThat(text).contains(advice));
    }

    @Test
    void whatTookTooLongPointsAtTheIndex() {
        assertThat(Errors.advice(new SQLTimeoutException("La consulta ha agotado el tiempo", "HY008", 0)))
                .hasValueSatisfying(text -> assertThat(text).contains("index", "queryTimeout"));
        assertThat(Errors.advice(new SQLException("x", "08S01", 0)))
                .hasValueSatisfying(text -> assertThat(text).contains("host and port"));
        assertThat(Errors.advice(error(50000))).isEmpty();
    }
}
