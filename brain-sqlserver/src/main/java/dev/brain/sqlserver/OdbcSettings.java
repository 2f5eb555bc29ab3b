package dev.brain.sqlserver;

import static java.util.Objects.requireNonNull;

import dev.brain.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The contents of an ODBC connection string as properties of the JDBC driver.
 *
 * @param properties the driver's properties
 * @param warnings given keys that have no effect
 */
record OdbcSettings(Properties properties, List<String> warnings) {
    /** ODBC keys in lower case, with the driver's property for each. */
    private static final Map<String, String> PLAIN = Map.ofEntries(
            Map.entry("database", "databaseName"),
            Map.entry("initial catalog", "databaseName"),
            Map.entry("uid", "user"),
            Map.entry("user id", "user"),
            Map.entry("user", "user"),
            Map.entry("pwd", "password"),
            Map.entry("password", "password"),
            Map.entry("hostnameincertificate", "hostNameInCertificate"),
            Map.entry("servercertificate", "serverCertificate"),
            Map.entry("serverspn", "serverSpn"),
            Map.entry("app", "applicationName"),
            Map.entry("application name", "applicationName"),
            Map.entry("wsid", "workstationID"),
            Map.entry("workstation id", "workstationID"),
            Map.entry("applicationintent", "applicationIntent"),
            Map.entry("failover_partner", "failoverPartner"),
            Map.entry("failover partner", "failoverPartner"),
            Map.entry("authentication", "authentication"),
            Map.entry("packet size", "packetSize"),
            Map.entry("packetsize", "packetSize"),
            Map.entry("logintimeout", "loginTimeout"),
            Map.entry("connect timeout", "loginTimeout"),
            Map.entry("connection timeout", "loginTimeout"));

    private static final Set<String> SERVER = Set.of("server", "address", "addr", "network address", "data source");
    private static final Set<String> TRUSTED = Set.of("trusted_connection", "integrated security");
    private static final Set<String> FLAGS = Set.of("trustservercertificate", "multisubnetfailover");
    /** Keys that the JDBC driver doesn't have, or that Brain handles itself. */
    private static final Set<String> NEEDLESS = Set.of(
            "driver",
            "description",
            "mars_connection",
            "multipleactiveresultsets",
            "autotranslate",
            "ansinpw",
            "quotedid",
            "regional",
            "tds_version",
            "clientcharset",
            "charset",
            "persist security info",
            "connectretrycount",
            "connectretryinterval");

    /**
     * Reads an ODBC connection string.
     *
     * @param origin the string's origin, for messages
     * @throws ConfigurationException if it is invalid
     */
    static OdbcSettings read(String text, String origin) {
        OdbcSettings settings = new OdbcSettings(new Properties(), new ArrayList<>());
        OdbcString.parse(text, origin).forEach((key, value) -> settings.put(key, value, origin));
        return settings;
    }

    private void put(String key, String value, String origin) {
        String named = key.toUpperCase(Locale.ROOT);
        String where = origin + ": " + named;
        if (key.equals("dsn") || key.equals("filedsn")) {
            throw new ConfigurationException(origin + " names a " + named
                    + ", which only ODBC can resolve: write SERVER=…;DATABASE=…;UID=…;PWD=… instead");
        } else if (SERVER.contains(key)) {
            ServerName.parse(value, where).putInto(properties);
        } else if (key.equals("port")) {
            properties.setProperty("portNumber", value);
        } else if (TRUSTED.contains(key)) {
            if (Switches.trustedConnection(value, where)) {
                properties.setProperty("integratedSecurity", "true");
            }
        } else if (FLAGS.contains(key)) {
            properties.setProperty(
                    key.equals("trustservercertificate") ? "trustServerCertificate" : "multiSubnetFailover",
                    Boolean.toString(Switches.isOn(value, where)));
        } else if (key.equals("encrypt")) {
            properties.setProperty("encrypt", Switches.encrypt(value, where));
        } else if (PLAIN.containsKey(key)) {
            // of two keys for one property the first counts, as for a repeated key
            properties.putIfAbsent(requireNonNull(PLAIN.get(key)), value);
        } else if (!NEEDLESS.contains(key)) {
            warnings.add(origin + ": the key " + named + " is unknown and has no effect");
        }
    }
}
