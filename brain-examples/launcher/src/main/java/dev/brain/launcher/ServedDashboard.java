package dev.brain.launcher;

import dev.brain.dashboard.Dashboard;
import dev.brain.dashboard.DashboardServer;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/** A dashboard and its server. Closing it ends both. */
public final class ServedDashboard implements AutoCloseable {
    private final Dashboard dashboard;
    private final DashboardServer server;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ServedDashboard(Dashboard dashboard, DashboardServer server) {
        this.dashboard = dashboard;
        this.server = server;
    }

    /** Serves a dashboard at an address; closes it if that fails. */
    public static ServedDashboard start(Dashboard dashboard, InetSocketAddress address) {
        try {
            return new ServedDashboard(dashboard, DashboardServer.start(dashboard, address));
        } catch (RuntimeException e) {
            dashboard.close();
            throw e;
        }
    }

    /** Returns the address for a browser on this machine. */
    public String url() {
        return server.uri().toString();
    }

    /** Waits until another thread has closed it. */
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    @Override
    public void close() {
        dashboard.close();
        server.close();
        closed.countDown();
    }
}
