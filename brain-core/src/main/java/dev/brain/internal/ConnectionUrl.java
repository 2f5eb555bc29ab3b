package dev.brain.internal;

import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The JDBC URL of an application's connections, which says what kind of database they lead to. */
public final class ConnectionUrl {
    private ConnectionUrl() {}

    /**
     * Returns the URL of a connection.
     *
     * @throws ConfigurationException if its driver knows none
     * @throws UnavailableException if there is no connection
     */
    public static String of(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            @Nullable String url = connection.getMetaData().getURL();
            if (url == null) {
                throw new ConfigurationException(
                        "the connections of " + dataSource.getClass().getName()
                                + " don't tell their JDBC URL; give it beside the DataSource");
            }
            return url;
        } catch (SQLException e) {
            throw new UnavailableException(
                    "cannot connect to ask what kind of database the DataSource leads to: "
                            + withoutUrl(String.valueOf(e.getMessage())),
                    e);
        }
    }

    /** A URL may hold a password. */
    private static String withoutUrl(String message) {
        return message.replaceAll("(jdbc:\\w+:)\\S*", "$1…");
    }
}
