package dev.brain.internal.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.check.Finding;
import dev.brain.check.Finding.Level;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.IncidentLog;
import dev.brain.internal.notification.Notification.Event;
import dev.brain.tck.NotificationReceiver;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

class WebhookTest {
    private static final String SECRET = "0123456789abcdef";
    private static final Notification DROPPED =
            new Notification(1, 1, Event.DROPPED, null, 2, Instant.parse("2026-03-01T08:00:00Z"), 0);

    private static Environment environment(String... pairs) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return Environment.of(values);
    }

    @Test
    void withoutAUrlThereIsNone() {
        assertThat(Webhook.of(environment())).isEmpty();
        assertThat(Webhook.of(environment(Webhook.URL, "https://chat.example/hooks/1", Webhook.SECRET, SECRET)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat.example/hooks/tok3n",
                "https:/tok3n",
                "ftp://chat.example/tok3n",
                "https://chat.example:99999/tok3n",
                "https://chat.example:0/tok3n",
                "https://user:tok3n@chat.example/",
                "https://chat.example/#tok3n",
                "https://chat.example/a b?tok3n",
                "https://chat_room.example/tok3n",
                "https://ex[mple/tok3n"
            })
    void aBadUrlIsOneClearLineThatDoesNotShowIt(String url) {
        assertThatThrownBy(() -> Webhook.of(environment(Webhook.URL, url)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("BRAIN_NOTIFY_URL must be an http or https URL")
                .hasMessageNotContaining("tok3n")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aBadSecretIsOneClearLineThatDoesNotShowIt() {
        assertThatThrownBy(
                        () -> Webhook.of(environment(Webhook.URL, "https://chat.example/", Webhook.SECRET, "s3cret")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at least 16 characters")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Webhook.of(environment(Webhook.SECRET, SECRET)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("BRAIN_NOTIFY_SECRET is set, but BRAIN_NOTIFY_URL is not; set both, or take it out");
    }

    /** The second test case of RFC 4231. */
    @Test
    void theSignatureIsAnHmacOfTheBody() {
        byte[] body = "what do ya want for nothing?".getBytes(StandardCharsets.UTF_8);
        assertThat(Webhook.signature("Jefe", body))
                .isEqualTo("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void aBodyIsSignedIfThereIsASecret() throws Exception {
        try (NotificationReceiver receiver = new NotificationReceiver()) {
            Duration patience = Duration.ofHours(1);
            assertThat(new Webhook(receiver.uri(), SECRET, patience).post(DROPPED))
                    .isEmpty();
            assertThat(new Webhook(receiver.uri(), null, patience).post(DROPPED))
                    .isEmpty();
            byte[] body = DROPPED.json().toString().getBytes(StandardCharsets.UTF_8);
            assertThat(receiver.signatures()).containsExactly(Webhook.signature(SECRET, body), "null");
            assertThat(receiver.accepted())
                    .extracting(Object::toString)
                    .containsExactly(DROPPED.json().toString(), DROPPED.json().toString());
        }
    }

    @Test
    void aCheckSaysWhetherTheHostCanBeReachedAndSendsNothing() {
        NotificationReceiver receiver = new NotificationReceiver();
        Webhook webhook = new Webhook(receiver.uri(), null, Duration.ofHours(1));
        assertThat(webhook.check()).extracting(Finding::level).containsExactly(Level.WARNING);
        receiver.close();
        assertThat(webhook.check())
                .filteredOn(finding -> finding.level() == Level.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("can't be reached"));
        assertThat(receiver.accepted()).isEmpty();
    }

    @Test
    void anUnknownHostIsSaidToBeUnknownOrUnreachable() throws Exception {
        Webhook webhook = new Webhook(URI.create("http://nowhere.invalid/tok3n"), null, Duration.ofHours(1));
        assertThat(webhook.post(DROPPED))
                .hasValueSatisfying(problem -> assertThat(problem).doesNotContain("tok3n"));
    }

    @Test
    void aNotifierWithABadUrlDoesNotStartAndOneWithoutAUrlDoesNothing() {
        IncidentLog incidents = Mockito.mock();
        Notifier bad = new Notifier(environment(Webhook.URL, "nonsense"), incidents, Clock.systemUTC());
        assertThatThrownBy(bad::start).isInstanceOf(ConfigurationException.class);
        Notifier none = new Notifier(environment(), incidents, Clock.systemUTC());
        none.start();
        none.start();
        none.close();
        Mockito.verifyNoInteractions(incidents);
    }
}
