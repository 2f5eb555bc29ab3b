package dev.brain.dashboard;

import dev.brain.history.Actor;
import dev.brain.site.Site;
import dev.brain.sqlite.SqliteStore;
import dev.brain.tck.SettableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;

/** A dashboard of a queue with two sites, served at a free port of this machine. */
final class TestDashboard implements AutoCloseable {
    final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    final Path evidence;
    final SqliteStore store;
    final Dashboard dashboard;
    final DashboardServer server;

    private TestDashboard(Path folder, UnaryOperator<Dashboard.Builder> options, DashboardServer.Limits limits) {
        store = SqliteStore.builder(folder.resolve("queue.db")).clock(clock).open();
        store.sites()
                .save(
                        new Actor("Nora"),
                        List.of(
                                Site.builder("harbour").build(),
                                Site.builder("parks").build()),
                        false);
        evidence = folder.resolve("evidence");
        try {
            Files.createDirectories(evidence);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        dashboard = options.apply(Dashboard.builder()
                        .store(store)
                        .evidence(evidence)
                        .zone(ZoneOffset.UTC)
                        .clock(clock))
                .build();
        server = DashboardServer.start(dashboard, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits);
    }

    static TestDashboard open(Path folder, UnaryOperator<Dashboard.Builder> options) {
        return open(folder, options, DashboardServer.Limits.DEFAULT);
    }

    static TestDashboard open(Path folder, UnaryOperator<Dashboard.Builder> options, DashboardServer.Limits limits) {
        return new TestDashboard(folder, options, limits);
    }

    Browser browser() {
        return new Browser(server.address());
    }

    boolean isPaused(String site) {
        return store.operations().siteStates().stream()
                .anyMatch(state -> state.siteId().equals(site) && state.paused());
    }

    @Override
    public void close() {
        server.close();
        dashboard.close();
        store.close();
    }
}
