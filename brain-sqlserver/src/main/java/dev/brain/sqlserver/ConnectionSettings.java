package dev.brain.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of a connection: the driver's URL and properties, with a limit on every wait. Immutable. Never shows a
 * secret.
 */
final class ConnectionSettings {
    static final String WHOLE = "SQLSERVER_CONNECTION_STRING";
    static final String URL = "BRAIN_SOURCE_URL";
    private static final String PARTS = "SQLSERVER_";
    private static final String JDBC = "jdbc:sqlserver:";

    private static final Pattern PASSWORD = Pattern.compile(";\\s*password\\s*=", Pattern.CASE_INSENSITIVE);

    private static final int LOGIN_TIMEOUT = 15;

    /** The default time in seconds that a statement may take. */
    static final int QUERY_TIMEOUT = 30;

    /** The seconds after the query time-out that the driver waits for the server to cancel the query. */
    private static final int CANCEL_TIMEOUT = 5;
    /** The seconds after that until the socket gives up. */
    private static final int SOCKET_SLACK = 10;

    private static final int LOCK_TIMEOUT_MILLIS = 5_000;

    private final ConnectionForm form;
    private final String url;
    private final Properties properties;
    private final String location;
    private final Duration queryTimeout;
    private final List<String> warnings;

    private ConnectionSettings(ConnectionForm form, String url, Properties own, String origin, List<String> warnings) {
        this.form = form;
        this.url = url;
        Map<String, String> set = known(url, own, origin);
        this.warnings = Stream.concat(warnings.stream(), TransportSecurity.withoutEffect(set, origin).stream())
                .toList();
        properties = new Properties();
        own.stringPropertyNames().forEach(name -> properties.setProperty(name, own.getProperty(name)));
        refuseRetries(set, origin);
        String host = set.getOrDefault("serverName", "");
        if (host.isEmpty()) {
            throw new ConfigurationException(origin + " names no server");
        }
        checkLogin(set, origin);

        int queryTimeout = positive(set, origin, "queryTimeout", QUERY_TIMEOUT);
        this.queryTimeout = Duration.ofSeconds(queryTimeout);
        put("queryTimeout", queryTimeout);
        put(
                "loginTimeout",
                changed(set, "loginTimeout") ? positive(set, origin, "loginTimeout", LOGIN_TIMEOUT) : LOGIN_TIMEOUT);
        int cancelTimeout = positive(set, origin, "cancelQueryTimeout", CANCEL_TIMEOUT);
        put("cancelQueryTimeout", cancelTimeout);
        put(
                "socketTimeout",
                positive(set, origin, "socketTimeout", (queryTimeout + cancelTimeout + SOCKET_SLACK) * 1000));
        put("lockTimeout", positive(set, origin, "lockTimeout", LOCK_TIMEOUT_MILLIS));
        // a connection is had again by whoever runs the whole unit of work again, not in the middle of one
        put("connectRetryCount", 0);
        if (!changed(set, "applicationName")) {
            properties.setProperty("applicationName", "Brain");
        }
        location = location(set);
    }

    /**
     * Returns the settings of the environment; empty if it names no SQL Server.
     *
     * @throws ConfigurationException if they are invalid
     */
    static Optional<ConnectionSettings> from(Environment environment) {
        Optional<String> url = environment
                .get(URL)
                .filter(text -> text.toLowerCase(Locale.ROOT).startsWith(JDBC));
        Optional<String> whole = environment.get(WHOLE);
        boolean parts = environment.get(PARTS + "SERVER").isPresent()
                || environment.get(PARTS + "DATABASE").isPresent();
        if (url.isPresent() && (whole.isPresent() || parts)) {
            throw new ConfigurationException("several systems of record are configured: set either " + URL + " or "
                    + (whole.isPresent() ? WHOLE : PARTS + "SERVER") + ", not both");
        }
        if (url.isPresent()) {
            return Optional.of(ofUrl(environment, url.get(), "BRAIN_SOURCE_", URL));
        }
        if (whole.isPresent()) {
            return Optional.of(
                    whole.get().toLowerCase(Locale.ROOT).startsWith("jdbc:")
                            ? ofUrl(environment, whole.get(), PARTS, WHOLE)
                            : ofOdbc(environment, whole.get()));
        }
        return parts ? Optional.of(ofParts(environment)) : Optional.empty();
    }

    private static ConnectionSettings ofUrl(Environment environment, String url, String prefix, String origin) {
        if (!url.toLowerCase(Locale.ROOT).startsWith(JDBC)) {
            throw new ConfigurationException(
                    origin + " is a JDBC URL of another kind of database; put that into " + URL);
        }
        String spelt = JDBC + url.substring(JDBC.length());
        Map<String, String> set = known(spelt, new Properties(), origin);
        Properties properties = new Properties();
        if (set.getOrDefault("user", "").isEmpty()) {
            environment
                    .get(prefix + (prefix.equals(PARTS) ? "USERNAME" : "USER"))
                    .ifPresent(value -> properties.setProperty("user", value));
        }
        if (!PASSWORD.matcher(spelt).find()) {
            environment.get(prefix + "PASSWORD").ifPresent(value -> properties.setProperty("password", value));
        }
        TransportSecurity.put(environment, spelt, properties, origin);
        return new ConnectionSettings(ConnectionForm.JDBC_URL, spelt, properties, origin, List.of());
    }

    private static ConnectionSettings ofOdbc(Environment environment, String text) {
        if (!text.contains("=")) {
            throw new ConfigurationException(
                    WHOLE
                            + " is neither a JDBC URL (jdbc:sqlserver://…) nor an ODBC connection string (SERVER=…;DATABASE=…;…)");
        }
        OdbcSettings odbc = OdbcSettings.read(text, WHOLE);
        Properties properties = odbc.properties();
        boolean trusted = "true".equals(properties.getProperty("integratedSecurity"));
        if (!trusted && properties.getProperty("user") == null) {
            environment.get(PARTS + "USERNAME").ifPresent(value -> properties.setProperty("user", value));
            environment.get(PARTS + "PASSWORD").ifPresent(value -> properties.setProperty("password", value));
        }
        // ODBC lets the trusted connection win over a user
        if (trusted) {
            properties.remove("user");
            properties.remove("password");
        }
        TransportSecurity.put(environment, JDBC + "//", properties, WHOLE);
        return new ConnectionSettings(ConnectionForm.ODBC_STRING, JDBC + "//", properties, WHOLE, odbc.warnings());
    }

    private static ConnectionSettings ofParts(Environment environment) {
        Properties properties = new Properties();
        String server = environment
                .get(PARTS + "SERVER")
                .orElseThrow(() -> new ConfigurationException(
                        PARTS + "DATABASE is set, but " + PARTS + "SERVER is not: name the server"));
        ServerName.parse(server, PARTS + "SERVER").putInto(properties);
        properties.setProperty(
                "databaseName",
                environment
                        .get(PARTS + "DATABASE")
                        .orElseThrow(() -> new ConfigurationException(
                                PARTS + "SERVER is set, but " + PARTS + "DATABASE is not: name the database")));
        boolean trusted = environment
                .get(PARTS + "TRUSTED_CONNECTION")
                .map(value -> Switches.trustedConnection(value, PARTS + "TRUSTED_CONNECTION"))
                .orElse(false);
        if (trusted) {
            properties.setProperty("integratedSecurity", "true");
        } else {
            environment.get(PARTS + "USERNAME").ifPresent(value -> properties.setProperty("user", value));
            environment.get(PARTS + "PASSWORD").ifPresent(value -> properties.setProperty("password", value));
        }
        TransportSecurity.put(environment, JDBC + "//", properties, PARTS + "SERVER");
        return new ConnectionSettings(ConnectionForm.PARTS, JDBC + "//", properties, PARTS + "SERVER", List.of());
    }

    /** Returns what the driver understands of a URL and properties, with its defaults and without the password. */
    static Map<String, String> known(String url, Properties own, String origin) {
        Map<String, String> known = new LinkedHashMap<>();
        try {
            for (DriverPropertyInfo info : new SQLServerDriver().getPropertyInfo(url, own)) {
                known.put(info.name, info.value == null ? "" : info.value);
            }
        } catch (SQLException e) {
            // the driver's message and the exception itself may quote the URL, and that may hold the password
            throw new ConfigurationException(origin
                    + " is not a JDBC URL that the driver can read; it must look like"
                    + " jdbc:sqlserver://host:port;databaseName=…;user=…;password={…}");
        }
        return known;
    }

    private static void refuseRetries(Map<String, String> set, String origin) {
        for (String name : List.of("retryExec", "retryConn")) {
            if (!set.getOrDefault(name, "").isEmpty()) {
                throw new ConfigurationException(origin + ": remove " + name
                        + ": it applies to every connection of the process and may repeat half a claim;"
                        + " Brain itself repeats what was rolled back");
            }
        }
    }

    private static void checkLogin(Map<String, String> set, String origin) {
        boolean integrated = Boolean.parseBoolean(set.get("integratedSecurity"));
        boolean named = !set.getOrDefault("user", "").isEmpty();
        boolean other = changedText(set, "authentication", "NotSpecified")
                || !set.getOrDefault("accessTokenCallbackClass", "").isEmpty();
        if (!integrated && !named && !other) {
            throw new ConfigurationException(origin + " names no user: give it one ("
                    + (origin.equals(URL) ? "BRAIN_SOURCE_USER" : "SQLSERVER_USERNAME") + " and the password), or a"
                    + " trusted connection");
        }
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        if (integrated && !windows && !changedText(set, "authenticationScheme", "nativeAuthentication")) {
            throw new ConfigurationException(origin
                    + " asks for a trusted connection, which logs in as the Windows account that runs Brain; off Windows"
                    + " that takes Kerberos or NTLM: use a JDBC URL with integratedSecurity=true and"
                    + " authenticationScheme=JavaKerberos or NTLM (docs/sql-server.md), or a user and a password");
        }
    }

    private static boolean changedText(Map<String, String> set, String name, String fallback) {
        String value = set.getOrDefault(name, "");
        return !value.isEmpty() && !value.equalsIgnoreCase(fallback);
    }

    private static boolean changed(Map<String, String> set, String name) {
        return switch (name) {
            case "loginTimeout" -> changedText(set, name, "30");
            case "applicationName" -> changedText(set, name, "Microsoft JDBC Driver for SQL Server");
            default -> changedText(set, name, "");
        };
    }

    /** Returns the whole number that is set; the fallback if none is, or if it means "for ever". */
    private static int positive(Map<String, String> set, String origin, String name, int fallback) {
        try {
            int value = Integer.parseInt(set.getOrDefault(name, ""));
            return value > 0 ? value : fallback;
        } catch (NumberFormatException e) {
            throw new ConfigurationException(origin + ": " + name + " must be a whole number", e);
        }
    }

    private void put(String name, int value) {
        properties.setProperty(name, Integer.toString(value));
    }

    private static String location(Map<String, String> set) {
        String instance = set.getOrDefault("instanceName", "");
        String port = set.getOrDefault("portNumber", "");
        String database = set.getOrDefault("databaseName", "");
        return "SQL Server " + set.get("serverName")
                + (instance.isEmpty() ? ":" + port : "\\" + instance)
                + (database.isEmpty() ? "" : "/" + database);
    }

    ConnectionForm form() {
        return form;
    }

    String url() {
        return url;
    }

    /** Returns a copy, with the password. */
    Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Returns server and database, for messages. */
    String location() {
        return location;
    }

    Duration queryTimeout() {
        return queryTimeout;
    }

    Duration loginTimeout() {
        return Duration.ofSeconds(Integer.parseInt(properties.getProperty("loginTimeout")));
    }

    /** Returns a warning for each setting that has no effect. */
    List<String> warnings() {
        return warnings;
    }

    @Override
    public String toString() {
        return location;
    }
}
