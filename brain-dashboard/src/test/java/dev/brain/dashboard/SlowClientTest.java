package dev.brain.dashboard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.DashboardServer.Limits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that keep a connection and do little with it. Without its guard, a test ends by its time-out. */
@Timeout(300)
class SlowClientTest {
    private static final Limits SHORT = new Limits(Duration.ofMillis(200), Duration.ofMillis(200));

    @TempDir
    private Path folder;

    @Test
    void aRequestThatNeverEndsIsClosed() throws IOException {
        try (TestDashboard world = TestDashboard.open(folder, options -> options, SHORT)) {
            for (String head :
                    List.of("G", "GET /sites HTTP/1.1\r\n", "GET /sites HTTP/1.1\r\nHost: localhost\r\nX-")) {
                try (Socket socket = connect(world, head)) {
                    assertThat(rest(socket)).as(head).isEmpty();
                }
            }
        }
    }

    @Test
    void aFormThatNeverEndsIsClosed() throws IOException {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.operating(true), SHORT)) {
            Browser browser = world.browser();
            String head = "POST /sites/harbour/pause HTTP/1.1\r\nHost: " + browser.authority() + "\r\nOrigin: http://"
                    + browser.authority() + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: 1000\r\n\r\ncsrf=";
            try (Socket socket = connect(world, head)) {
                // the connection ends; the next one is served
                assertThat(rest(socket)).doesNotContain("200 OK");
            }
            assertThat(browser.get("/health").status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatNobodyReadsIsAbandoned() throws IOException {
        try (TestDashboard world = TestDashboard.open(folder, options -> options, SHORT)) {
            long size = 500_000_000L;
            try (RandomAccessFile file =
                    new RandomAccessFile(world.evidence.resolve("trace.zip").toFile(), "rw")) {
                file.setLength(size);
            }
            List<Socket> sockets = new ArrayList<>();
            // more than there are threads: if these waited for their clients, nobody else would be served
            for (int i = 0; i < 40; i++) {
                sockets.add(connect(world, "GET /evidence?path=trace.zip HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            }
            assertThat(world.browser().get("/health").status()).isEqualTo(200);
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void thereIsALimitOnConnections() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try (TestDashboard world = TestDashboard.open(folder, options -> options)) {
            for (int i = 0; i < 500; i++) {
                sockets.add(connect(world, ""));
            }
            try (Socket socket =
                    connect(world, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
                assertThat(rest(socket)).isEmpty();
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Socket connect(TestDashboard world, String head) throws IOException {
        InetSocketAddress address = world.server.address();
        Socket socket = new Socket();
        socket.setReceiveBufferSize(10_000);
        socket.connect(address);
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    /** Waits until the server closes the connection, and returns what it sent before. */
    private static String rest(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            int next = socket.getInputStream().read();
            while (next >= 0) {
                text.append((char) next);
                next = socket.getInputStream().read();
            }
        } catch (SocketException reset) {
            // closed as well
        }
        return text.toString();
    }
}
