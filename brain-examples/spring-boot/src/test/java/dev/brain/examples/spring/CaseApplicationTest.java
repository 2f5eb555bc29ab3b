package dev.brain.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class CaseApplicationTest {
    private static final int ENDED = 5;

    @TempDir
    private Path folder;

    /** Counts the tasks that ended. */
    @Configuration(proxyBeanMethods = false)
    static class Listening {
        @Bean
        CountDownLatch ended() {
            return new CountDownLatch(ENDED);
        }

        @Bean
        BrainListener endListener(CountDownLatch ended) {
            return event -> {
                if (event instanceof BrainEvent.TaskEnded) {
                    ended.countDown();
                }
            };
        }
    }

    @Test
    void claimsCasesWorksThemOffAndShowsThem() throws IOException, InterruptedException {
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(
                        CaseApplication.class, Listening.class)
                .run(
                        "--server.port=0",
                        "--demo.folder=" + folder.resolve("cases"),
                        "--demo.cases=60",
                        "--brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"))) {
            application.getBean(CountDownLatch.class).await();
            assertThat(application.getBean(Store.class).operations().list(TaskFilter.newest(100)).stream()
                            .filter(task -> task.status() == TaskStatus.COMPLETED))
                    .hasSizeGreaterThanOrEqualTo(ENDED)
                    .allSatisfy(task -> assertThat(task.result()).contains("R-" + task.reference()));
            assertThat(get(application, "/brain/sites")).contains("</html>");
            assertThat(get(application, "/actuator/brain"))
                    .contains("\"working\":true", "\"claiming\":true", "completed");
            assertThat(get(application, "/actuator/health")).contains("UP");
        }
    }

    private static String get(ConfigurableApplicationContext application, String path)
            throws IOException, InterruptedException {
        String port = application.getEnvironment().getProperty("local.server.port");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }
}
