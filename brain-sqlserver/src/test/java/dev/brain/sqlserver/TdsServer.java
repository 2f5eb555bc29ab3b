package dev.brain.sqlserver;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A server that speaks as much of SQL Server's protocol as the driver must hear before it fails, or reads one result: it
 * greets, secures the connection if it has a key, answers a login, and gives every statement the same answer.
 *
 * @see <a href="https://learn.microsoft.com/openspecs/windows_protocols/ms-tds">MS-TDS</a>
 */
public final class TdsServer implements AutoCloseable {
    private static final int HEADER = 8;
    private static final int PRELOGIN = 0x12;
    private static final int REPLY = 0x04;

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext tls;
    private final byte[] login;
    private final Function<String, Tokens> answers;
    private final AtomicInteger logins = new AtomicInteger();

    private TdsServer(SSLContext tls, Tokens login, Function<String, Tokens> answers) throws IOException {
        this.tls = tls;
        this.login = login.done().bytes();
        this.answers = answers;
        Thread accepting = new Thread(this::accept, "tds");
        accepting.setDaemon(true);
        accepting.start();
    }

    /**
     * A server that refuses every login.
     *
     * @param tls what it proves itself by; null if it takes no secured connection
     */
    public static TdsServer refusing(SSLContext tls, int error, String message) throws IOException {
        return new TdsServer(tls, new Tokens().error(error, message), statement -> new Tokens());
    }

    /** A server that lets everybody in, and answers every query by an error. */
    public static TdsServer failing(int error, String message) throws IOException {
        return answering(
                statement -> statement.contains("SELECT ") ? new Tokens().error(error, message) : new Tokens());
    }

    /** A server that lets everybody in, and answers what contains a statement's text by that. */
    static TdsServer answering(Function<String, Tokens> answers) throws IOException {
        return new TdsServer(null, new Tokens().loginAccepted(), answers);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** How often somebody sent a password. */
    public int logins() {
        return logins.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread serving = new Thread(() -> serve(client), "tds client");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException e) {
                // closed: the test is over
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (Socket client = accepted) {
            read(client.getInputStream());
            send(client.getOutputStream(), REPLY, greeting());
            Socket talk = tls == null ? client : secured(client);
            read(talk.getInputStream());
            logins.incrementAndGet();
            send(talk.getOutputStream(), REPLY, login);
            while (true) {
                byte[] statement = read(talk.getInputStream());
                send(
                        talk.getOutputStream(),
                        REPLY,
                        answers.apply(text(statement, 0) + text(statement, 1))
                                .done()
                                .bytes());
            }
        } catch (IOException e) {
            // the client has heard enough
        }
    }

    /** Its text begins somewhere behind headers and parameters. */
    private static String text(byte[] message, int from) {
        return new String(message, from, message.length - from, StandardCharsets.UTF_16LE);
    }

    /** A version, and whether the connection is to be secured. */
    private byte[] greeting() {
        int encryption = tls == null ? 2 : 1;
        return new Tokens()
                .raw(0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF)
                .raw(16, 0, 0x10, 0, 0, 0, encryption)
                .bytes();
    }

    private static byte[] read(InputStream in) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean last = false;
        while (!last) {
            byte[] header = new DataInputStream(in).readNBytes(HEADER);
            if (header.length < HEADER) {
                throw new EOFException();
            }
            last = (header[1] & 1) == 1;
            message.writeBytes(in.readNBytes(ByteBuffer.wrap(header).getShort(2) - HEADER));
        }
        return message.toByteArray();
    }

    private static void send(OutputStream out, int type, byte[] message) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(HEADER + message.length);
        packet.put((byte) type)
                .put((byte) 1)
                .putShort((short) packet.capacity())
                .putInt(0);
        out.write(packet.put(message).array());
        out.flush();
    }

    /** TLS whose handshake is wrapped in the protocol's own packets; what follows isn't. */
    private Socket secured(Socket client) throws IOException {
        Handshake wire = new Handshake(client);
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(wire, "localhost", port(), true);
        secure.setUseClientMode(false);
        // a later version goes on with its handshake when the wrapping has ended
        secure.setEnabledProtocols(new String[] {"TLSv1.2"});
        secure.startHandshake();
        wire.end();
        return secure;
    }

    private static final class Handshake extends Socket {
        private final Socket client;
        /** What is said before the other side's next word is one message: the driver counts them. */
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();

        private boolean over;
        private byte[] heard = {};
        private int at;

        Handshake(Socket client) {
            this.client = client;
        }

        private void say() throws IOException {
            send(client.getOutputStream(), PRELOGIN, said.toByteArray());
            said.reset();
        }

        void end() throws IOException {
            say();
            over = true;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            InputStream in = client.getInputStream();
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    if (at == heard.length && over) {
                        return in.read(into, offset, length);
                    }
                    if (at == heard.length) {
                        if (said.size() > 0) {
                            say();
                        }
                        heard = TdsServer.read(in);
                        at = 0;
                    }
                    int count = Math.min(length, heard.length - at);
                    System.arraycopy(heard, at, into, offset, count);
                    at += count;
                    return count;
                }
            };
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = client.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int value) throws IOException {
                    write(new byte[] {(byte) value}, 0, 1);
                }

                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    if (over) {
                        out.write(from, offset, length);
                    } else {
                        said.write(from, offset, length);
                    }
                }
            };
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public synchronized void close() throws IOException {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What a server says, byte by byte; numbers are little-endian. */
    static final class Tokens {
        private static final int[] COLLATION = {0x09, 0x04, 0xD0, 0x00, 0x34};

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        byte[] bytes() {
            return bytes.toByteArray();
        }

        Tokens raw(int... values) {
            for (int value : values) {
                bytes.write(value);
            }
            return this;
        }

        /** A number in that many bytes. */
        Tokens number(long value, int size) {
            byte[] all = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array();
            bytes.write(all, 0, size);
            return this;
        }

        /** A text after its length, in that many bytes. */
        Tokens text(String text, int lengthSize) {
            number(text.length(), lengthSize);
            bytes.writeBytes(text.getBytes(StandardCharsets.UTF_16LE));
            return this;
        }

        /** A token after its length. */
        private Tokens sized(int token, Tokens content) {
            raw(token).number(content.bytes().length, 2);
            bytes.writeBytes(content.bytes());
            return this;
        }

        Tokens error(int number, String message) {
            return sized(
                    0xAA,
                    new Tokens()
                            .number(number, 4)
                            .raw(1, 14)
                            .text(message, 2)
                            .text("server", 1)
                            .text("", 1)
                            .number(1, 4));
        }

        Tokens loginAccepted() {
            // the collation that texts of the database have, and the protocol's version
            sized(0xE3, new Tokens().raw(7, 5).raw(COLLATION).raw(0));
            return sized(
                    0xAD,
                    new Tokens()
                            .raw(1, 0x74, 0, 0, 4)
                            .text("Microsoft SQL Server", 1)
                            .raw(16, 0, 0x10, 0));
        }

        /** Texts and whole numbers, in rows. */
        Tokens rows(List<String> columns, List<List<Object>> rows) {
            raw(0x81).number(columns.size(), 2);
            for (int i = 0; i < columns.size(); i++) {
                number(0, 4).number(9, 2);
                if (!rows.isEmpty() && rows.get(0).get(i) instanceof Integer) {
                    raw(0x26, 4);
                } else {
                    raw(0xE7).number(8000, 2).raw(COLLATION);
                }
                text(columns.get(i), 1);
            }
            for (List<Object> row : rows) {
                raw(0xD1);
                for (Object value : row) {
                    if (value instanceof Integer number) {
                        raw(4).number(number, 4);
                    } else {
                        byte[] text = value.toString().getBytes(StandardCharsets.UTF_16LE);
                        number(text.length, 2);
                        bytes.writeBytes(text);
                    }
                }
            }
            return this;
        }

        /** The end of one statement's answer, after an error, where another statement's follows. */
        Tokens more() {
            return raw(0xFD).number(3, 2).number(0, 2).number(0, 8);
        }

        private Tokens done() {
            return raw(0xFD).number(0, 4).number(0, 8);
        }
    }
}
