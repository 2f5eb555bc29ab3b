package dev.brain.dashboard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy that serves everything below a prefix from another server without the prefix, and says so in headers. One
 * request a connection.
 */
final class StrippingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final String prefix;
    private final InetSocketAddress target;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    StrippingProxy(String prefix, InetSocketAddress target) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.prefix = prefix;
        this.target = target;
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket upstream = new Socket(target.getAddress(), target.getPort())) {
            String line = line(client.getInputStream());
            String stripped = line.replaceFirst(" " + prefix, " ").replaceFirst("^(\\S+)  ", "$1 / ");
            String added = "X-Forwarded-Prefix: " + prefix + "\r\nX-Forwarded-Proto: http\r\n";
            upstream.getOutputStream().write((stripped + "\r\n" + added).getBytes(ISO_8859_1));
            threads.execute(() -> copy(client, upstream));
            upstream.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // one of both has closed its connection
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            // the answer was sent
        }
    }

    private static String line(InputStream stream) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = stream.read(); next != '\n' && next >= 0; next = stream.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
