package dev.brain.launcher;

import dev.brain.error.ConfigurationException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an address to listen at. */
final class ListenAddress {
    private static final Pattern ADDRESS =
            Pattern.compile("(?:(?<host>[^:\\[\\]]+|\\[[0-9a-fA-F:.%]+]):)?(?<port>\\d{1,5})");

    private ListenAddress() {}

    /**
     * Returns the address that {@code [HOST:]PORT} means. Without a host, it is that of the loopback interface.
     *
     * @param option the option, for messages
     * @throws ConfigurationException if it is no such text, or the host is unknown
     */
    static InetSocketAddress parse(String option, String text) {
        Matcher matcher = ADDRESS.matcher(text.strip());
        int port = matcher.matches() ? Integer.parseInt(matcher.group("port")) : -1;
        if (port < 0 || port > 0xFFFF) {
            throw new ConfigurationException(option + " takes [HOST:]PORT, like 9464 or 0.0.0.0:9464, not " + text);
        }
        String host = matcher.group("host");
        InetSocketAddress address = host == null
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new ConfigurationException(option + " names the unknown host " + host + "; name one of this machine");
        }
        return address;
    }
}
