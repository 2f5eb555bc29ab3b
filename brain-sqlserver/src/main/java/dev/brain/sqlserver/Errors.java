package dev.brain.sqlserver;

import static dev.brain.jdbc.SqlStates.state;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import com.microsoft.sqlserver.jdbc.SQLServerException;
import dev.brain.jdbc.ContinuedStatementException;
import dev.brain.jdbc.Dialect.Fault;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meaning of errors of the server and the driver, by their numbers. */
final class Errors {
    /** The login itself is refused. Trying again would get it locked. */
    private static final Set<Integer> LOGIN = Set.of(18452, 18456, 18470, 18486, 18487, 18488);

    /** The server rolled the work back, or refused to begin it. */
    private static final Set<Integer> ROLLED_BACK =
            Set.of(1204, 1205, 1222, 3960, 10928, 10929, 40501, 49918, 49919, 49920);

    /** The connection is lost or can't be opened; 4060 also means that there is no such database. */
    private static final Set<Integer> CONNECTION = Set.of(
            64, 121, 233, 596, 921, 922, 976, 983, 4060, 4221, 6005, 10053, 10054, 10060, 17142, 18401, 40197, 40613,
            42108, 42109);

    /** Errors of a name, a permission or a type. Such an error ends the batch of a claim and rolls its transaction back. */
    private static final Set<Integer> CONFIGURATION = Set.of(
            102, 103, 105, 137, 156, 169, 174, 189, 195, 206, 207, 208, 209, 229, 230, 257, 262, 297, 300, 306, 319,
            334, 402, 448, 468, 650, 911, 916, 978, 979, 1038, 3906, 4064, 4104, 4121, 4145, 4405, 4406, 8117, 13609,
            15247, 40615, 40914, 40532);

    /** Errors of a row's values: a constraint, a conversion, a length, or a trigger that ends the transaction. */
    private static final Set<Integer> ROW = Set.of(
            220, 232, 241, 242, 245, 512, 515, 547, 550, 2601, 2627, 2628, 3609, 3616, 8114, 8115, 8134, 8152, 8169);

    /** The lowest severity that ends the connection. */
    private static final int ENDS_CONNECTION = 20;

    /** Errors from this number on are user-defined, raised by triggers. */
    private static final int RAISED = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private static final Pattern CONNECTION_ID = Pattern.compile("\\s*ClientConnectionId:\\S*");
    private static final Pattern PERMISSION = Pattern.compile("\\b(SELECT|UPDATE|INSERT|DELETE|EXECUTE)\\b");
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

    private static final Optional<String> NO_TLS = driversText();

    private Errors() {}

    static Fault classify(SQLException error) {
        SQLException told = told(error);
        int code = told.getErrorCode();
        if (LOGIN.contains(code)
                || CONFIGURATION.contains(code)
                || isUntrusted(error)
                || isWithoutTls(error)
                || isWrongSetting(error)) {
            return Fault.CONFIGURATION;
        }
        if (ROW.contains(code)
                || code >= RAISED
                || state(told).startsWith("22")
                || state(told).startsWith("23")) {
            return Fault.ROW;
        }
        if (ROLLED_BACK.contains(code)) {
            return Fault.TRANSIENT;
        }
        if (CONNECTION.contains(code)
                || state(told).startsWith("08")
                || state(error).startsWith("08")) {
            return Fault.CONNECTION;
        }
        return error instanceof SQLTransientConnectionException ? Fault.CONNECTION : Fault.OTHER;
    }

    /**
     * Returns whether an error of a claim's call proves that the call has no effect. Under {@code XACT_ABORT} an error ends
     * the batch before its commit, and rolls it back. Only a {@code RAISERROR} in a trigger lets the batch go on, to its
     * rows and its commit; if the trigger also ends the transaction, no rows follow. An error of a severity that ends the
     * connection proves nothing.
     */
    static boolean isRolledBack(SQLException error) {
        if (error instanceof ContinuedStatementException) {
            return false;
        }
        Fault fault = classify(error);
        return fault == Fault.ROW || (fault == Fault.OTHER && isAnsweredByServer(told(error)));
    }

    private static boolean isAnsweredByServer(SQLException told) {
        return told instanceof SQLServerException answer
                && answer.getSQLServerError() != null
                && answer.getSQLServerError().getErrorSeverity() < ENDS_CONNECTION;
    }

    static boolean isRefusedLogin(SQLException error) {
        return LOGIN.contains(told(error).getErrorCode());
    }

    /**
     * Returns an error of connecting in a form that differs from that of a broken connection. A value that the driver
     * refuses has neither number nor state, and an answer that is not TLS is the same at every attempt.
     */
    static SQLException whileConnecting(SQLException error) {
        return (error.getErrorCode() == 0 && state(error).isEmpty()) || isRefusedTls(error, SSLException.class)
                ? new SQLNonTransientConnectionException(describe(error), "08001", error)
                : error;
    }

    private static boolean isWrongSetting(SQLException error) {
        return isCausedBy(SQLNonTransientConnectionException.class, error);
    }

    /** Returns whether the server's certificate has no trusted signature, or belongs to another server. */
    private static boolean isUntrusted(SQLException error) {
        return isCausedBy(CertificateException.class, error);
    }

    /** Returns whether client and server have no encryption in common; known before anything is sent. */
    private static boolean isWithoutTls(SQLException error) {
        return isRefusedTls(error, SSLHandshakeException.class)
                || NO_TLS.filter(
                                text -> String.valueOf(told(error).getMessage()).startsWith(text))
                        .isPresent();
    }

    /** Returns whether TLS itself failed; a connection that broke during the handshake does not count. */
    private static boolean isRefusedTls(SQLException error, Class<? extends SSLException> type) {
        return isCausedBy(type, error)
                && !isCausedBy(EOFException.class, error)
                && !isCausedBy(SocketException.class, error)
                && !isCausedBy(InterruptedIOException.class, error);
    }

    private static boolean isCausedBy(Class<? extends Exception> type, Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the driver's message about a server without encryption, in the language of this JVM. The error has no
     * number, cause or state of its own.
     */
    private static Optional<String> driversText() {
        try {
            return Optional.of(ResourceBundle.getBundle(
                            "com.microsoft.sqlserver.jdbc.SQLServerResource",
                            Locale.getDefault(),
                            SQLServerDriver.class.getClassLoader())
                    .getString("R_sslRequiredNoServerSupport"));
        } catch (MissingResourceException e) {
            LOG.debug("this driver doesn't distinguish a server without encryption from an unreachable one", e);
            return Optional.empty();
        }
    }

    static String describe(SQLException error) {
        SQLException told = told(error);
        String message = CONNECTION_ID
                .matcher(String.valueOf(told.getMessage()))
                .replaceAll("")
                .replaceAll("\\s+", " ")
                .strip();
        return told.getErrorCode() == 0 ? message : message + " (error " + told.getErrorCode() + ")";
    }

    /**
     * Returns advice for an error.
     *
     * @param form how the connection is configured; the advice names its settings
     */
    static Optional<String> advice(SQLException error, ConnectionForm form) {
        SQLException told = told(error);
        if (error instanceof SQLTimeoutException || state(told).equals("HY008")) {
            return Optional.of(
                    "check with 'brain doctor' whether an index supports it, and whether another session blocks it; or "
                            + form.moreTime());
        }
        if (isUntrusted(told)) {
            return Optional.of(form.trust() + "; " + form.anyCertificate() + " trusts any certificate");
        }
        if (isWithoutTls(told) || isCausedBy(SSLException.class, told)) {
            return Optional.of("let the server offer TLS 1.2 or newer (and be SQL Server 2022 or newer if encryption is"
                    + " strict); " + form.noEncryption()
                    + " disables encryption, so that passwords and case data can be read in"
                    + " transit");
        }
        return Optional.ofNullable(
                switch (told.getErrorCode()) {
                    case 18456 ->
                        "check user and password; Brain doesn't ask again for "
                                + DriverDataSource.LOGIN_PAUSE.toSeconds() + " s, so that the login isn't locked";
                    case 18452 ->
                        "the server takes no login of that kind: use a SQL Server login, or a trusted domain's";
                    case 18470, 18486, 18487, 18488 ->
                        "the login is disabled, locked or its password has expired: ask the server's owner";
                    case 4060, 911, 4064 ->
                        "check the database's name, that it is online, and that the login has a user in it";
                    case 916 -> "ask for a user for this login in that database";
                    case 229 -> grant(told, false);
                    case 230 -> grant(told, true);
                    case 207 -> "correct the column's name in the profile";
                    case 208 ->
                        "correct the table's name in the profile (database.schema.table), or the database's name";
                    case 245, 8114 ->
                        "a value isn't of the type it is compared with: correct \"idType\" or the conditions in the profile";
                    case 468 -> "compare columns of one collation, or add COLLATE to the profile's condition";
                    case 2628, 8152 -> "a value that the claim or the release sets is too long for its column";
                    case 515 -> "the claim or the release sets a column to null that can't be: correct the profile";
                    case 547 -> "the table refuses a value that the claim or the release sets: correct the profile";
                    case 978, 979, 3906 -> "this is a copy to read from: name the server that can be written to";
                    case 1205 -> "another program works on the same rows";
                    case 1222 -> "somebody keeps rows locked; see who with sp_who2";
                    case 40615, 40914 -> "ask for this machine's address in the server's firewall";
                    case 0 ->
                        state(told).startsWith("08")
                                ? "check host and port, that the server listens on TCP there, and that no firewall is between"
                                : null;
                    default -> null;
                });
    }

    /**
     * Returns the GRANT for "The UPDATE permission was denied on the column 'c' of the object 't', database 'd', schema
     * 's'." The names have that order in every language.
     */
    private static String grant(SQLException error, boolean column) {
        String message = String.valueOf(error.getMessage());
        Matcher permission = PERMISSION.matcher(message);
        List<String> names = QUOTED.matcher(message)
                .results()
                .map(name -> "[" + name.group(1).replace("]", "]]") + "]")
                .toList();
        int object = column ? 1 : 0;
        // a name or a language with an apostrophe: any text may be between two of them
        long apostrophes =
                message.chars().filter(character -> character == '\'').count();
        if (!permission.find() || apostrophes != 2L * (object + 3)) {
            return "ask for the permission that is named";
        }
        return "ask for GRANT " + permission.group() + " ON " + names.get(object + 2) + "." + names.get(object)
                + (column ? " (" + names.get(0) + ")" : "");
    }

    /** Returns the error of the server or the driver that a pool may have wrapped. */
    private static SQLException told(SQLException error) {
        SQLException told = error;
        for (Throwable cause = error.getCause(); cause instanceof SQLException inner; cause = inner.getCause()) {
            told = inner;
        }
        return told;
    }
}
