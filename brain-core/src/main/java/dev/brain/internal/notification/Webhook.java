package dev.brain.internal.notification;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An address to which notifications are posted. Its URL may be secret, so no message shows it. Thread-safe. */
public final class Webhook {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

    public static final String URL = "BRAIN_NOTIFY_URL";
    public static final String SECRET = "BRAIN_NOTIFY_SECRET";

    /** The header with the signature of the body. */
    public static final String SIGNATURE = "Brain-Signature";

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int SHORTEST_SECRET = 16;
    private static final Duration CHECKED_WITHIN = Duration.ofSeconds(5);
    private static final String ALGORITHM = "HmacSHA256";

    private final URI uri;
    private final @Nullable String secret;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * Creates a webhook.
     *
     * @param secret signs each body; null leaves them unsigned
     * @param timeout the longest that a delivery may take
     */
    public Webhook(URI uri, @Nullable String secret, Duration timeout) {
        this.uri = uri;
        this.secret = secret;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Returns the webhook that an environment names; empty if it names none.
     *
     * @throws ConfigurationException if its URL or secret can't be used
     */
    public static Optional<Webhook> of(Environment environment) {
        Optional<String> secret = environment.get(SECRET);
        Optional<URI> uri = environment.get(URL).map(Webhook::uri);
        if (secret.isPresent() && uri.isEmpty()) {
            throw new ConfigurationException(SECRET + " is set, but " + URL + " is not; set both, or take it out");
        }
        if (secret.isPresent() && secret.get().length() < SHORTEST_SECRET) {
            throw new ConfigurationException(SECRET + " is too short; use at least " + SHORTEST_SECRET
                    + " characters, for example from 'openssl rand -hex 32'");
        }
        return uri.map(to -> new Webhook(to, secret.orElse(null), TIMEOUT));
    }

    /**
     * Checks the URL and the secret of an environment, if it has any.
     *
     * @throws ConfigurationException if they can't be used
     */
    public static void requireUsable(Environment environment) {
        of(environment).ifPresent(webhook -> LOG.debug("notifications go to {}", webhook.uri.getHost()));
    }

    /** Returns what is wrong with the webhook of an environment; empty if it names none. Sends nothing. */
    public static List<Finding> check(Environment environment) {
        try {
            return of(environment).map(Webhook::check).orElse(List.of());
        } catch (ConfigurationException e) {
            return List.of(Finding.error(URL, e.problem()));
        }
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme();
            if (("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
                    && uri.getHost() != null
                    && uri.getPort() <= 65_535
                    && uri.getPort() != 0
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // its message shows the URL
        }
        throw new ConfigurationException(URL + " must be an http or https URL with a host, and without user and"
                + " fragment, such as https://chat.example/hooks/1; its value may be secret and is not shown");
    }

    /**
     * Posts a notification, and waits for the answer's status.
     *
     * @return why it is not certain that it was accepted; empty if it was
     */
    Optional<String> post(Notification notification) throws InterruptedException {
        byte[] body = bytes(notification.json());
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("User-Agent", "Brain")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (secret != null) {
            request.header(SIGNATURE, signature(secret, body));
        }
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request.build(), status -> new IgnoredBody());
        try {
            // the request's own time-out ends with the headers, and a server may send parts of them for ever
            int status = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            return status >= 200 && status < 300 ? Optional.empty() : Optional.of("it answered HTTP " + status);
        } catch (TimeoutException e) {
            return Optional.of(late());
        } catch (ExecutionException e) {
            return Optional.of(problem(e.getCause()));
        } finally {
            answer.cancel(true);
        }
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the value of the header for a body. */
    static String signature(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private String late() {
        return "it did not answer within " + timeout.toSeconds() + " seconds";
    }

    /** Messages of exceptions may contain the URL. */
    private String problem(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "its host is unknown";
            }
            if (cause instanceof HttpTimeoutException) {
                return late();
            }
            if (cause instanceof SSLException) {
                return "no secure connection can be made to it ("
                        + cause.getClass().getSimpleName() + ")";
            }
        }
        return "it can't be reached, or breaks the connection ("
                + (failure == null ? "no reason" : failure.getClass().getSimpleName()) + ")";
    }

    /** Checks whether the host can be reached. Sends nothing. */
    List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        if ("http".equalsIgnoreCase(uri.getScheme())) {
            findings.add(Finding.warning(URL, "it is http, so others can read what is sent; use https"));
        }
        boolean isDirect = Optional.ofNullable(ProxySelector.getDefault()).stream()
                .flatMap(proxies -> proxies.select(uri).stream())
                .allMatch(proxy -> proxy.type() == Proxy.Type.DIRECT);
        if (isDirect) {
            int standard = "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(uri.getHost(), uri.getPort() == -1 ? standard : uri.getPort()),
                        (int) CHECKED_WITHIN.toMillis());
            } catch (IOException e) {
                findings.add(Finding.error(
                        URL,
                        "its host can't be reached (" + e.getClass().getSimpleName()
                                + "); check its name and port, and whether a firewall is in between"));
                return findings;
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    URL, "its host can be reached; bodies are " + (secret == null ? "not signed" : "signed")));
        }
        return findings;
    }

    /** Ends with the headers: an answer's body may have no end. */
    private static final class IgnoredBody implements HttpResponse.BodySubscriber<Void> {
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public CompletionStage<Void> getBody() {
            return ended;
        }

        @Override
        @SuppressWarnings("NullAway") // a future of Void has no other value
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
            ended.complete(null);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }
}
