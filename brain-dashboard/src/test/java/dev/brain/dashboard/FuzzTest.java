package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.Browser.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Odd requests, put together at random from what is likely to hurt; but no stream of events, which has no end. */
class FuzzTest {
    private static final List<String> METHODS = List.of(
            "GET", "GET", "GET", "POST", "POST", "HEAD", "PUT", "OPTIONS", "get", "G(T", "CONNECT", "X".repeat(300));
    private static final List<String> PATHS = List.of(
            "/",
            "/sites",
            "/sites/harbour/pause",
            "/sites/harbour/resume",
            "/log-in",
            "/log-out",
            "/evidence",
            "/health",
            "/metrics",
            "/static/dashboard.css",
            "/tasks",
            "/tasks/1",
            "/tasks/1/retry",
            "/incidents",
            "/incidents/1",
            "/workers",
            "/cycles",
            "/history",
            "*",
            "",
            "http://localhost/sites",
            "//x/y",
            "mailto:x");
    private static final List<String> PARTS = List.of(
            "/",
            "..",
            "%2e%2e",
            "%2f",
            "%00",
            "%",
            "%zz",
            "%ff",
            "%C3%A9",
            "é",
            "\u0001",
            "\t",
            " ",
            "?",
            "&",
            "=",
            "#",
            ";",
            "'",
            "\"",
            "<script>",
            "{}",
            "{0}",
            "${7*7}",
            "../../etc/passwd",
            "text=",
            "lang=",
            "lang=es",
            "lang=xx",
            "path=",
            "id=",
            "after=",
            "after=-1",
            "after=999999999999999999999",
            "status=",
            "site=harbour",
            "csrf=",
            "next=//x",
            "-1",
            "0",
            "9223372036854775808",
            "NaN",
            "2026-13-45",
            "sort=",
            "sort=(select)",
            "page=",
            "x=1&",
            "A".repeat(500),
            "\uD83D\uDE00",
            "%0d%0aX:%20y",
            "null",
            "true",
            "[]",
            "a[]=1");
    private static final List<String> HEADERS = List.of(
            "Accept-Language: ",
            "Cookie: brain-session=",
            "Cookie: brain-zone=",
            "Cookie: brain-notice=",
            "Cookie: brain-language=",
            "Content-Type: ",
            "Content-Length: ",
            "Origin: ",
            "Referer: ",
            "HX-Request: ",
            "X-Forwarded-For: ",
            "X-Forwarded-Prefix: ",
            "X-Forwarded-Host: ",
            "Authorization: Basic ",
            "Range: bytes=",
            "Transfer-Encoding: ",
            "If-None-Match: ",
            "Expect: ",
            "Upgrade: ",
            "Host: ",
            "X: ");

    @TempDir
    private Path folder;

    @Test
    void aFewOddRequestsAreAnswered() {
        send(400);
    }

    @Test
    @Tag("slow")
    void tenThousandOddRequestsAreAnswered() {
        send(10_000);
    }

    private void send(int requests) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (TestDashboard world =
                TestDashboard.open(folder, options -> options.operating(true).metrics(() -> ""))) {
            Browser browser = world.browser();
            browser.get("/sites");
            int served = 0;
            for (int i = 0; i < requests; i++) {
                String request = request(random, browser);
                Answer answer = Browser.exchangeAll(world.server.address(), request, body(random, browser));
                String about = "seed " + seed + ", request " + i + ": " + request;
                assertThat(answer.status()).as(about).isNotEqualTo(500);
                assertThat(answer.body())
                        .as(about)
                        // the JDK's server names the exception of a bad length, and nothing else
                        .doesNotContain("\tat ", "Caused by", "dev.brain", "jdk.httpserver", "java.");
                served += answer.status() == 200 || answer.status() == 303 ? 1 : 0;
            }
            // odd, but not so odd that nothing gets through
            assertThat(served).as("seed " + seed).isGreaterThan(requests / 100);
            assertThat(world.browser().get("/sites").status())
                    .as("seed " + seed)
                    .isEqualTo(200);
        }
    }

    private static String request(Random random, Browser browser) {
        StringBuilder request = new StringBuilder();
        request.append(pick(random, METHODS)).append(' ').append(pick(random, PATHS));
        request.append(random.nextInt(4) == 0 ? "" : "?");
        for (int i = random.nextInt(4); i > 0; i--) {
            String part = pick(random, PARTS);
            request.append(random.nextInt(4) == 0 ? part : URLEncoder.encode(part, StandardCharsets.UTF_8))
                    .append(random.nextInt(3) == 0 ? "&" : "");
        }
        request.append(random.nextInt(30) == 0 ? "" : " HTTP/1.1").append("\r\n");
        if (random.nextInt(10) > 0) {
            request.append("Host: ").append(browser.authority()).append("\r\n");
        }
        if (random.nextBoolean()) {
            request.append("Origin: http://").append(browser.authority()).append("\r\n");
            request.append("Content-Type: application/x-www-form-urlencoded\r\n");
            browser.cookies().forEach((name, value) -> request.append("Cookie: " + name + "=" + value + "\r\n"));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            request.append(pick(random, HEADERS)).append(pick(random, PARTS)).append("\r\n");
        }
        return request.append("Connection: close\r\n\r\n").toString();
    }

    private static byte[] body(Random random, Browser browser) {
        StringBuilder body = new StringBuilder(random.nextBoolean() ? "csrf=" + browser.csrf() + "&" : "");
        for (int i = random.nextInt(4); i > 0; i--) {
            body.append(pick(random, PARTS));
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String pick(Random random, List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
