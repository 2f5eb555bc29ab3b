package dev.brain.dashboard;

import static java.util.Objects.requireNonNull;

import dev.brain.BrainOperations;
import dev.brain.dashboard.access.Access;
import dev.brain.dashboard.internal.page.HealthPage;
import dev.brain.dashboard.internal.page.MetricsPage;
import dev.brain.dashboard.internal.page.PageContext;
import dev.brain.dashboard.internal.page.Pages;
import dev.brain.dashboard.internal.web.WebApplication;
import dev.brain.dashboard.internal.web.WebOptions;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.internal.monitor.Sampler;
import dev.brain.queue.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The web pages for operators of a store. A {@link DashboardServer} or a {@link DashboardServlet} serves them.
 *
 * <p>Thread-safe. Closing it ends the open pages' live updates; the store stays open.
 *
 * @stability evolving
 */
public final class Dashboard implements AutoCloseable {
    private final WebApplication application;
    private final Access access;
    private final AutoCloseable pages;

    private Dashboard(WebApplication application, AutoCloseable pages, Access access) {
        this.application = application;
        this.pages = pages;
        this.access = access;
    }

    public static Builder builder() {
        return new Builder();
    }

    WebApplication application() {
        return application;
    }

    Access access() {
        return access;
    }

    @Override
    public void close() {
        Closing.all(List.of(pages, application));
    }

    /** Sets up a dashboard. */
    public static final class Builder {
        private @Nullable Store store;
        private @Nullable BrainOperations brain;
        private @Nullable Supplier<String> metrics;
        private Access access = Access.local();
        private boolean operating;
        private final Set<String> hosts = new HashSet<>();
        private boolean behindProxy;
        private Path evidence = Path.of("evidence");
        private ZoneId zone = ZoneId.systemDefault();
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Sets the store that is shown. Required. */
        public Builder store(Store store) {
            this.store = requireNonNull(store, "store");
            return this;
        }

        /**
         * Sets the actions that need the system of record: checks of sites, and the check before a retry that a resource
         * is still the claimant's. Without them, the dashboard has no such actions.
         */
        public Builder brain(BrainOperations brain) {
            this.brain = requireNonNull(brain, "brain");
            return this;
        }

        /** Sets who may use the dashboard. Defaults to {@link Access#local}. */
        public Builder access(Access access) {
            this.access = requireNonNull(access, "access");
            return this;
        }

        /** Lets operators change tasks, incidents and sites. Without it, the dashboard is read-only. */
        public Builder operating(boolean operating) {
            this.operating = operating;
            return this;
        }

        /**
         * Adds a name by which browsers reach the dashboard. Others than {@code localhost}, the added ones and addresses
         * are refused, so that no foreign site can use a visitor's browser to read the pages (DNS rebinding).
         */
        public Builder host(String name) {
            hosts.add(name);
            return this;
        }

        /**
         * Trusts the headers {@code X-Forwarded-Host}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Prefix}. The proxy
         * in front must set or remove each of them. {@code X-Forwarded-For} tells clients apart when they fail to log in.
         * Without this, all of them are ignored.
         */
        public Builder behindProxy(boolean behindProxy) {
            this.behindProxy = behindProxy;
            return this;
        }

        /** Sets the folder with the evidence of claims and tasks. Defaults to {@code evidence} in the working folder. */
        public Builder evidence(Path folder) {
            this.evidence = requireNonNull(folder, "folder");
            return this;
        }

        /** Sets the time zone of browsers that have not said theirs. Defaults to that of this process. */
        public Builder zone(ZoneId zone) {
            this.zone = requireNonNull(zone, "zone");
            return this;
        }

        /** Sets what returns the text of {@code /metrics}, in the format of Prometheus. Defaults to no such page. */
        public Builder metrics(Supplier<String> prometheusText) {
            this.metrics = requireNonNull(prometheusText, "prometheusText");
            return this;
        }

        /** Sets the clock. Defaults to that of the system. */
        public Builder clock(Clock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Builds the dashboard.
         *
         * @throws IllegalStateException if no store is set
         * @throws ConfigurationException if it is behind a proxy and everybody may use it
         */
        public Dashboard build() {
            if (store == null) {
                throw new IllegalStateException("a dashboard needs a store");
            }
            if (behindProxy && access.isForEverybody()) {
                throw new ConfigurationException(
                        "the dashboard would be open to everybody who reaches its proxy: give it"
                                + " users (a password file)");
            }
            WebApplication application =
                    new WebApplication(new WebOptions(access, operating, hosts, behindProxy, zone, clock));
            new HealthPage(store, clock).addTo(application.router());
            if (metrics != null) {
                new MetricsPage(metrics).addTo(application.router());
            }
            Sampler sampler = Sampler.of(store.queue(), clock, zone);
            AutoCloseable pages = Pages.addTo(
                    application.router(),
                    new PageContext(store, sampler, Optional.ofNullable(brain), evidence, application.live(), clock));
            return new Dashboard(application, pages, access);
        }
    }
}
