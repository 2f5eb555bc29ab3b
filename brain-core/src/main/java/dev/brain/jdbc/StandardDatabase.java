package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;
import dev.brain.internal.plugin.Providers;
import dev.brain.plugin.ProviderContext;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Opens any database that a JDBC driver on the class path or in a plug-in can reach. */
final class StandardDatabase {
    static final String USER = "BRAIN_SOURCE_USER";
    static final String PASSWORD = "BRAIN_SOURCE_PASSWORD";

    private static final String PREFIX = "jdbc:";

    /** Where to get a driver, by the kind of database. */
    private static final Map<String, String> JARS = Map.ofEntries(
            Map.entry("db2", "com.ibm.db2:jcc"),
            Map.entry("derby", "org.apache.derby:derbyclient"),
            Map.entry("firebird", "org.firebirdsql.jdbc:jaybird"),
            Map.entry("firebirdsql", "org.firebirdsql.jdbc:jaybird"),
            Map.entry("h2", "com.h2database:h2"),
            Map.entry("hsqldb", "org.hsqldb:hsqldb"),
            Map.entry("informix-sqli", "com.ibm.informix:jdbc"),
            Map.entry("mariadb", "org.mariadb.jdbc:mariadb-java-client"),
            Map.entry("mysql", "com.mysql:mysql-connector-j"),
            Map.entry("oracle", "com.oracle.database.jdbc:ojdbc11"),
            Map.entry("postgresql", "org.postgresql:postgresql"),
            Map.entry("sap", "com.sap.cloud.db.jdbc:ngdbc"),
            Map.entry("sqlserver", "com.microsoft.sqlserver:mssql-jdbc"));

    private StandardDatabase() {}

    /**
     * Returns the database that {@link Database#URL} names; empty if it is not set or is not a JDBC URL.
     *
     * @param broken providers that could not be loaded, for messages
     * @throws ConfigurationException if no driver accepts the URL
     */
    static Optional<Database> open(ProviderContext context, List<String> broken) {
        return context.environment()
                .get(Database.URL)
                .filter(url -> url.toLowerCase(Locale.ROOT).startsWith(PREFIX))
                .map(url -> open(context, url, broken, StandardDialect::new));
    }

    /** Makes the dialect of a database. */
    interface DialectMaker {
        Dialect make(DataSource dataSource, Location location);
    }

    /** Opens a URL with the account of the environment. */
    static Database open(ProviderContext context, String url, List<String> broken, DialectMaker dialect) {
        Properties properties = new Properties();
        context.environment().get(USER).ifPresent(user -> properties.setProperty("user", user));
        context.environment().get(PASSWORD).ifPresent(word -> properties.setProperty("password", word));
        Location location = Location.of(url, properties);
        Driver driver = driver(context, url, broken);
        DriverDataSource dataSource = new DriverDataSource(driver, url, properties);
        return new Database(dataSource, dialect.make(dataSource, location), location.shown());
    }

    private static Driver driver(ProviderContext context, String url, List<String> alsoBroken) {
        List<String> broken = new ArrayList<>(alsoBroken);
        List<Driver> drivers = new ArrayList<>();
        for (ClassLoader loader : context.loaders()) {
            // DriverManager does not see the drivers of plug-ins
            drivers.addAll(
                    Providers.loadable(ServiceLoader.load(Driver.class, loader).iterator(), broken::add));
        }
        return Stream.concat(drivers.stream(), DriverManager.drivers())
                .filter(driver -> accepts(driver, url))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        missing(url) + (broken.isEmpty() ? "" : " (broken: " + String.join(", ", broken) + ")")));
    }

    private static boolean accepts(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            // as if it were another driver's URL; the one that it is meant for tells what is wrong with it
            return false;
        }
    }

    private static String missing(String url) {
        String scheme = Location.scheme(url);
        String kind = scheme.substring(PREFIX.length()).replace(":", "").toLowerCase(Locale.ROOT);
        String jar = JARS.get(kind);
        return Database.URL + " begins with " + scheme
                + ", and there is no JDBC driver for it: put the jar of the driver"
                + (jar == null ? "" : " (" + jar + " on Maven Central)")
                + " into plugins/ in BRAIN_HOME, or on the class path";
    }
}
