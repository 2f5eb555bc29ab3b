package dev.brain.sqlserver;

import dev.brain.error.ConfigurationException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server as ODBC writes it: {@code host}, {@code host,port}, {@code host\instance}, with {@code tcp:}
 * before it or not.
 *
 * @param host without brackets
 * @param instance null for the default one, and where a port makes it needless
 * @param port null for the default one
 */
record ServerName(
        String host, @Nullable String instance, @Nullable Integer port) {

    /**
     * Reads such a name.
     *
     * @param origin where it comes from, for messages
     * @throws ConfigurationException if it is something else
     */
    static ServerName parse(String text, String origin) {
        String rest = text.strip();
        if (rest.toLowerCase(Locale.ROOT).startsWith("tcp:")) {
            rest = rest.substring(4).strip();
        }
        Integer port = null;
        int comma = rest.indexOf(',');
        if (comma >= 0) {
            port = port(rest.substring(comma + 1).strip(), text, origin);
            rest = rest.substring(0, comma).strip();
        }
        String instance = null;
        int backslash = rest.indexOf('\\');
        if (backslash >= 0) {
            instance = rest.substring(backslash + 1).strip();
            rest = rest.substring(0, backslash).strip();
        }
        if (rest.startsWith("[") && rest.endsWith("]")) {
            rest = rest.substring(1, rest.length() - 1);
        } else if (rest.matches("\\w+:.*|.*=.*")
                || rest.toLowerCase(Locale.ROOT).startsWith("(localdb)")) {
            throw wrong(text, origin);
        }
        if (rest.equals(".") || rest.equalsIgnoreCase("(local)")) {
            rest = "localhost";
        }
        if (rest.isEmpty() || rest.matches(".*\\s.*") || (instance != null && instance.isEmpty())) {
            throw wrong(text, origin);
        }
        return new ServerName(rest, port == null ? instance : null, port);
    }

    private static Integer port(String text, String whole, String origin) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw wrong(whole, origin);
    }

    private static ConfigurationException wrong(String text, String origin) {
        return new ConfigurationException(origin + " must name a server as host, host,port or host\\instance, not '"
                + text + "'; Brain speaks TCP only");
    }

    void putInto(Properties properties) {
        properties.setProperty("serverName", host);
        Optional.ofNullable(instance).ifPresent(name -> properties.setProperty("instanceName", name));
        Optional.ofNullable(port).ifPresent(number -> properties.setProperty("portNumber", number.toString()));
    }
}
