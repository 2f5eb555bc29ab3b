package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsOptionTest {
    private static final String TOLD = "Meters for Prometheus are at ";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void aWorkerShowsItsMeters() throws Exception {
        Shell.inWorld(folder, 60).run("run", "--once");
        Process worker = LauncherProcess.builder(folder, Map.of(), "worker", "--metrics", "0")
                .redirectError(folder.resolve("err.txt").toFile())
                .start();
        try (BufferedReader out = worker.inputReader()) {
            String told = out.readLine();
            assertThat(told).as(Files.readString(folder.resolve("err.txt"))).startsWith(TOLD);
            URI address = URI.create(told.substring(TOLD.length()));
            assertThat(address.getHost()).isEqualTo("127.0.0.1");

            HttpResponse<String> shown = get(address);
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
            assertThat(shown.body())
                    .contains("brain_queue_tasks{site=\"madrid\",status=\"pending\"}")
                    .containsPattern("brain_worker_threads\\{state=\"(busy|idle)\"}")
                    .contains("brain_leases_lost_total{submitting=\"true\"} 0.0");
            assertThat(get(address.resolve("/")).statusCode()).isEqualTo(404);
            assertThat(client.send(
                                    HttpRequest.newBuilder(address)
                                            .POST(BodyPublishers.noBody())
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(405);
        } finally {
            worker.destroy();
            worker.waitFor();
        }
    }

    @Test
    void aDashboardShowsTheSameMeters() throws Exception {
        Shell.inWorld(folder, 60).run("run", "--once");
        Process dashboard = LauncherProcess.builder(folder, Map.of(), "dashboard", "--listen", "0", "--metrics", "0")
                .redirectError(folder.resolve("err.txt").toFile())
                .start();
        try (BufferedReader out = dashboard.inputReader()) {
            assertThat(out.readLine())
                    .as(Files.readString(folder.resolve("err.txt")))
                    .startsWith(TOLD);
            String address = out.readLine().replaceAll("The dashboard is at ([^;]+);.*", "$1");
            HttpResponse<String> shown = get(URI.create(address).resolve("/metrics"));
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).contains("brain_queue_tasks{site=\"madrid\",status=\"pending\"}");
        } finally {
            dashboard.destroy();
            dashboard.waitFor();
        }
    }

    @Test
    void anAddressThatCannotBeUsedIsSaid() throws IOException {
        Shell shell = Shell.inWorld(folder, 10);
        Shell.assertWrong(shell.run("worker", "--metrics", "here"), "--metrics", "'here' is not [HOST:]PORT");
        Shell.assertWrong(shell.run("worker", "--metrics", "99999"), "--metrics", "is not [HOST:]PORT");
        Shell.assertWrong(shell.run("run", "--once", "--metrics", "0"), "--once");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Shell.assertWrong(
                    shell.run("worker", "--drain", "--metrics", String.valueOf(taken.getLocalPort())),
                    "cannot listen at ",
                    ":" + taken.getLocalPort(),
                    "--metrics");
        }
    }

    @Test
    void withoutTheOptionNoClassOfMicrometerIsLoaded() throws Exception {
        Shell.inWorld(folder, 10).run("run", "--once");
        Path classes = folder.resolve("classes.txt");
        Process worker = LauncherProcess.builder(
                        folder, Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes), "worker", "--drain")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        assertThat(worker.waitFor()).isZero();
        assertThat(Files.readAllLines(classes))
                .anyMatch(line -> line.contains("dev.brain.launcher.WorkerCommand"))
                .noneMatch(line -> line.contains("io.micrometer"))
                .noneMatch(line -> line.contains("com.sun.net.httpserver"));
    }

    private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }
}
