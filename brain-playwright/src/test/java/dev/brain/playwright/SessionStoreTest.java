package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of failed logins. */
class SessionStoreTest {
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

    @TempDir
    private Path folder;

    private SessionStore store(String name) {
        return new SessionStore(
                folder.resolve("sessions"), name, Clock.fixed(NOON, ZoneOffset.UTC), Duration.ofMinutes(60));
    }

    @Test
    void failedLoginsThatCannotBeWrittenAreRememberedAllTheSame() throws IOException {
        Files.writeString(folder.resolve("sessions"), "no folder");
        SessionStore store = store("fake");
        store.failedNow();
        assertThat(store.closed()).isEmpty();
        store.failedNow();

        assertThat(store.closed())
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("the last 2 logins failed", "2026-05-04T13:00:00Z", "start Brain again"));
        store.succeeded();
        assertThat(store.closed()).isEmpty();
    }

    @Test
    void failedLoginsAreForgottenWithTheirFile() throws IOException {
        SessionStore store = store("fake");
        store.failedNow();
        store.failedNow();
        assertThat(store("fake").closed()).isPresent();

        Files.delete(folder.resolve("sessions").resolve("fake.failed"));
        assertThat(store.closed()).isEmpty();
    }

    @Test
    @Tag("slow")
    void aFailedLoginIsReportedThoughItCannotBeWritten() throws IOException {
        try (FakeOffice office = new FakeOffice(folder, FakeIntranet::new)) {
            Files.writeString(folder.resolve("sessions"), "no folder");
            office.set("XVIA_PASSWORD", "wrong").intranet.cases(1);
            office.with(running -> {
                for (int cycle = 1; cycle <= 3; cycle++) {
                    assertThat(office.cycle(running).errors())
                            .singleElement()
                            .asString()
                            .contains(cycle < 3 ? "These are not your details" : "the last 2 logins failed");
                }
                return running;
            });
            assertThat(office.intranet.count("POST", "/login")).isEqualTo(2);
        }
    }
}
