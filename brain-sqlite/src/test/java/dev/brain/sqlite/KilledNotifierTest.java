package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.notification.Delivery;
import dev.brain.internal.notification.Notifier;
import dev.brain.internal.notification.Outbox;
import dev.brain.internal.notification.Webhook;
import dev.brain.resource.ResourceId;
import dev.brain.tck.NotificationReceiver;
import dev.brain.tck.NotificationReceiver.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are really killed between the commit of an incident and its delivery, at moments that a seed decides. */
class KilledNotifierTest {
    private static final int INCIDENTS = 20;
    private static final String SITE = "fines";

    @TempDir
    Path folder;

    /** Reports incidents, and closes every other one, while they are being delivered; then waits to be killed. */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        int first = Integer.parseInt(arguments[2]);
        try (SqliteStore store = store(file);
                Notifier notifier = new Notifier(
                        Environment.of(Map.of(Webhook.URL, arguments[1])), store.incidents(), FileClock.beside(file))) {
            notifier.start();
            for (int id = first; id < first + INCIDENTS; id++) {
                store.incidents().report(List.of(new Report(IncidentCode.CLAIM_FAILED, SITE, ResourceId.of(id), "m")));
                if (id % 2 == 0) {
                    store.incidents().close(SITE, IncidentCode.CLAIM_FAILED, List.of(ResourceId.of(id)));
                }
                System.out.println("reported " + id);
            }
            int end = System.in.read();
            throw new IllegalStateException("went on after " + end);
        }
    }

    private static SqliteStore store(Path file) throws Exception {
        return SqliteStore.builder(file)
                .clock(FileClock.beside(file))
                .busyTimeout(WorkerProcess.PATIENCE)
                .open();
    }

    @Test
    void aProcessThatIsKilledLosesNoNotification() throws Exception {
        killed(2);
    }

    @Test
    @Tag("slow")
    void processesThatAreKilledAgainAndAgainLoseNoNotification() throws Exception {
        killed(20);
    }

    private void killed(int kills) throws Exception {
        long seed = Long.getLong("brain.test.seed", new SplittableRandom().nextLong());
        SplittableRandom random = new SplittableRandom(seed);
        Path file = folder.resolve("queue.db");
        FileClock clock = FileClock.beside(file);
        try (NotificationReceiver receiver = new NotificationReceiver()) {
            for (int i = 0; i < kills; i++) {
                boolean isHeld = i % 2 == 0;
                receiver.answer(isHeld ? Answer.HOLD : Answer.ACCEPT);
                Process process = start(file, receiver, 1 + i * INCIDENTS);
                int reports = 1 + random.nextInt(INCIDENTS);
                for (int line = 0; line < reports; line++) {
                    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine())
                            .as("seed " + seed)
                            .startsWith("reported ");
                }
                if (isHeld) {
                    // it is committed, and being delivered
                    receiver.awaitRequest();
                }
                process.destroyForcibly().waitFor();
                clock.advance(Duration.ofMinutes(5));
            }
            receiver.answer(Answer.ACCEPT);
            try (SqliteStore store = store(file)) {
                Outbox outbox = ((Outbox.Source) store.incidents()).outbox();
                new Delivery(outbox, new Webhook(receiver.uri(), null, Duration.ofHours(1)), clock).run();
                assertThat(outbox.lease(1, Duration.ZERO)).isEmpty();
                List<Incident> incidents = store.incidents().list(Set.of(), false, kills * INCIDENTS);
                assertThat(incidents).hasSizeGreaterThanOrEqualTo(kills);
                for (Incident incident : incidents) {
                    List<String> told = receiver.accepted().stream()
                            .filter(body -> body.get("incident").asLong() == incident.id())
                            .map(body -> body.get("event").asText())
                            .toList();
                    assertThat(told).as("seed " + seed).startsWith("incident_opened");
                    if (incident.resolvedAt() != null) {
                        assertThat(told).as("seed " + seed).endsWith("incident_closed");
                    }
                }
            }
        }
    }

    private static Process start(Path file, NotificationReceiver receiver, int first) throws Exception {
        List<String> command = JavaProcess.command(KilledNotifierTest.class);
        command.addAll(List.of(file.toString(), receiver.uri().toString(), String.valueOf(first)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
