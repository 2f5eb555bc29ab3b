package dev.brain.dashboard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class LiveUpdatesTest {
    @TempDir
    private Path folder;

    @Test
    void anActionIsToldToEveryOpenPage() throws IOException {
        try (TestDashboard world = TestDashboard.open(folder, options -> options.operating(true));
                Stream first = new Stream(world);
                Stream second = new Stream(world)) {
            first.waitFor("retry: 3000");
            second.waitFor("retry: 3000");
            Browser browser = world.browser();
            browser.get("/sites");
            browser.post("/sites/harbour/pause");
            first.waitFor("event: changed");
            second.waitFor("event: changed");
            assertThat(world.dashboard.application().live().isWatched()).isTrue();
        }
    }

    @Test
    @Tag("slow")
    void aStreamEndsAfterAWhileAndTakesNoThread() throws IOException {
        try (TestDashboard world = TestDashboard.open(folder, options -> options)) {
            List<Stream> streams = new ArrayList<>();
            // more than the server has threads
            for (int i = 0; i < 60; i++) {
                streams.add(new Stream(world));
            }
            for (Stream stream : streams) {
                stream.waitFor("retry: 3000");
            }
            assertThat(world.browser().get("/sites").status()).isEqualTo(200);
            world.clock.advance(Duration.ofMinutes(11));
            world.dashboard.application().live().publish();
            for (Stream stream : streams) {
                stream.waitForEnd();
                stream.close();
            }
            assertThat(world.dashboard.application().live().isWatched()).isFalse();
        }
    }

    @Test
    void thereIsALimitOnStreams() throws IOException {
        try (TestDashboard world = TestDashboard.open(folder, options -> options)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                streams.add(new Stream(world));
            }
            for (Stream stream : streams) {
                stream.waitFor("retry: 3000");
            }
            assertThat(world.browser().get("/events").status()).isEqualTo(503);
            for (Stream stream : streams) {
                stream.close();
            }
        }
    }

    /** The connection of an open page. */
    private static final class Stream implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader reader;

        Stream(TestDashboard world) throws IOException {
            socket = new Socket(
                    world.server.address().getAddress(), world.server.address().getPort());
            socket.getOutputStream().write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        void waitFor(String line) throws IOException {
            String next = reader.readLine();
            while (!line.equals(next)) {
                assertThat(next).as("before " + line).isNotNull();
                next = reader.readLine();
            }
        }

        void waitForEnd() throws IOException {
            String next = reader.readLine();
            while (next != null) {
                next = reader.readLine();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
