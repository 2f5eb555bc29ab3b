package dev.brain.postgresql;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Stands between clients and the test server, and breaks one of their connections at a given round trip: the messages of a
 * client up to one after which it waits for the server, and the server's answer.
 */
final class ServerProxy implements AutoCloseable {
    enum Fault {
        /** The connection is cut before the server gets the messages. */
        CUT_REQUEST,
        /** The connection is cut after the server has done what the messages ask for. */
        CUT_ANSWER,
        /** The server does not get the messages, and the client waits in vain. */
        STALL_REQUEST,
        /** The server does what the messages ask for, and the client waits in vain. */
        STALL_ANSWER
    }

    private static final int CANCEL_REQUEST = 80877102;

    private final PGSimpleDataSource server = new PGSimpleDataSource();
    private final String url;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger roundTripsLeft = new AtomicInteger();
    private volatile Fault fault = Fault.CUT_REQUEST;

    /** @param url the server */
    ServerProxy(String url) throws IOException {
        server.setURL(url);
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.url = url.replaceFirst("//[^/]*/", "//127.0.0.1:" + listening.getLocalPort() + "/") + "&sslmode=disable";
        start(this::accept);
    }

    /** Returns the URL of the server through this proxy. */
    String url() {
        return url;
    }

    /** Breaks the connection that makes the n-th round trip from now. */
    void breakAt(int roundTrip, Fault how) {
        fault = how;
        roundTripsLeft.set(roundTrip);
    }

    boolean hasBroken() {
        return roundTripsLeft.get() <= 0;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "server-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                open.add(client);
                start(() -> serve(client));
            }
        } catch (IOException closed) {
            open.forEach(ServerProxy::close);
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket upstream = new Socket(server.getServerNames()[0], server.getPortNumbers()[0])) {
            open.add(upstream);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            exchange(new Session(client), new Session(upstream));
            open.remove(upstream);
        } catch (IOException broken) {
            // the other side is closed too, which is all that a proxy can tell it
        } finally {
            open.remove(client);
        }
    }

    private void exchange(Session client, Session upstream) throws IOException {
        byte[] request = client.startup();
        boolean isAnswered = !isCancelRequest(request);
        while (true) {
            boolean isBroken = roundTripsLeft.decrementAndGet() == 0;
            Fault how = fault;
            if (!isBroken || how == Fault.CUT_ANSWER || how == Fault.STALL_ANSWER) {
                upstream.write(request);
                byte[] answer = isAnswered ? upstream.answer() : new byte[0];
                if (!isBroken) {
                    client.write(answer);
                }
            }
            if (isBroken && (how == Fault.STALL_REQUEST || how == Fault.STALL_ANSWER)) {
                client.awaitEnd();
            }
            if (isBroken || !isAnswered || upstream.hasEnded()) {
                return;
            }
            request = client.request();
        }
    }

    private static boolean isCancelRequest(byte[] startup) {
        return java.nio.ByteBuffer.wrap(startup).getInt(4) == CANCEL_REQUEST;
    }

    /** One side of a connection. */
    private static final class Session {
        private final DataInputStream in;
        private final DataOutputStream out;
        private boolean ended;

        Session(Socket socket) throws IOException {
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(socket.getOutputStream());
        }

        void write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** The first message of a client has no type. */
        byte[] startup() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            copyBody(new DataOutputStream(bytes));
            return bytes.toByteArray();
        }

        /** Returns the messages of a client up to a query, a synchronization, a password or the end. */
        byte[] request() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream copy = new DataOutputStream(bytes);
            char type;
            do {
                type = (char) in.readUnsignedByte();
                copy.writeByte(type);
                copyBody(copy);
            } while ("QSpX".indexOf(type) < 0);
            return bytes.toByteArray();
        }

        /** Returns the messages of a server up to one after which it waits for the client, or to its end. */
        byte[] answer() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream copy = new DataOutputStream(bytes);
            try {
                while (true) {
                    char type = (char) in.readUnsignedByte();
                    copy.writeByte(type);
                    byte[] body = copyBody(copy);
                    boolean asksForPassword = type == 'R' && body[3] != 0 && body[3] != 12;
                    if (type == 'Z' || asksForPassword) {
                        return bytes.toByteArray();
                    }
                }
            } catch (EOFException e) {
                ended = true;
                return bytes.toByteArray();
            }
        }

        boolean hasEnded() {
            return ended;
        }

        void awaitEnd() throws IOException {
            while (in.read() >= 0) {
                // what it still sends gets no answer
            }
        }

        private byte[] copyBody(DataOutputStream copy) throws IOException {
            int length = in.readInt();
            byte[] body = new byte[length - 4];
            in.readFully(body);
            copy.writeInt(length);
            copy.write(body);
            return body;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
