package dev.brain.spring;

import dev.brain.queue.Store.Options.Access;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * The properties {@code brain.*}.
 *
 * @param enabled Whether Brain is set up at all.
 * @param enabledSites The ids of the sites to serve. Empty means all.
 * @param profiles The profile files, like classpath:profiles/cases.json. Profiles in META-INF/brain/profiles are found
 *     without this.
 * @param defaultProfile The profile of sites that name none.
 * @param phase The phase in which claiming and working start. They stop before all lower phases.
 */
@ConfigurationProperties("brain")
record BrainProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue Set<String> enabledSites,
        @DefaultValue List<Resource> profiles,
        @Nullable String defaultProfile,
        @DefaultValue("2147483647") int phase,
        @DefaultValue Queue queue,
        @DefaultValue Source source,
        @DefaultValue Claim claim,
        @DefaultValue Worker worker,
        @DefaultValue Pages dashboard) {

    /**
     * The store with the queue.
     *
     * @param dataSource The name of the DataSource bean whose database holds the queue.
     * @param url The JDBC URL of the queue. Beside a data-source, the URL of its connections, which are not asked for it
     *     then.
     * @param user The user, if the URL is opened without a DataSource.
     * @param password The password, if the URL is opened without a DataSource.
     * @param schema What happens to the queue's tables at start-up.
     */
    record Queue(
            @Nullable String dataSource,
            @Nullable String url,
            @Nullable String user,
            @Nullable String password,
            @DefaultValue("create") Schema schema) {
        Queue {
            dataSource = nullIfBlank(dataSource);
            url = nullIfBlank(url);
        }
    }

    /** What happens to the queue's tables when the application starts. */
    enum Schema {
        /** They are created, or brought to this version. */
        CREATE(Access.CREATE),
        /** The application does not start unless they are there and of this version. */
        VALIDATE(Access.CURRENT),
        /** They are neither changed nor checked. */
        NONE(Access.UNCHECKED);

        private final Access access;

        Schema(Access access) {
            this.access = access;
        }

        Access access() {
            return access;
        }
    }

    /**
     * The system of record.
     *
     * @param dataSource The name of the DataSource bean whose database is the system of record.
     * @param url The JDBC URL of the system of record. Beside a data-source, the URL of its connections, which are not asked
     *     for it then.
     * @param user The user, if the URL is opened without a DataSource.
     * @param password The password, if the URL is opened without a DataSource.
     */
    record Source(
            @Nullable String dataSource,
            @Nullable String url,
            @Nullable String user,
            @Nullable String password) {
        Source {
            dataSource = nullIfBlank(dataSource);
            url = nullIfBlank(url);
        }
    }

    /** A variable of the process can't be taken away for an application, but it can be set to nothing. */
    private static @Nullable String nullIfBlank(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /**
     * Claiming.
     *
     * @param enabled Whether this application finds and claims cases.
     * @param interval The time between the end of a cycle and the next.
     * @param maxClaims The maximum claims per cycle of sites that set none.
     * @param batchSize The number of claims in one batch.
     * @param pageSize The number of candidates in one read, and so in memory.
     * @param unknownAfter The age at which an unknown outcome becomes an incident.
     */
    record Claim(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("5m") Duration interval,
            @DefaultValue("50") int maxClaims,
            @DefaultValue("50") int batchSize,
            @DefaultValue("500") int pageSize,
            @DefaultValue("15m") Duration unknownAfter) {}

    /**
     * Working.
     *
     * @param enabled Whether this application runs task handlers.
     * @param threads The number of tasks that run at the same time.
     * @param lease The duration of a lease, after which a dead worker's task is ready again.
     * @param poll The pause between polls of an empty queue.
     * @param grace How long running handlers may continue when the application stops, before they are interrupted. Must be
     *     shorter than spring.lifecycle.timeout-per-shutdown-phase.
     * @param owner The name of the lease owner, for people. Defaults to worker- and the number of the process.
     */
    record Worker(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("1") int threads,
            @DefaultValue("2m") Duration lease,
            @DefaultValue("1s") Duration poll,
            @DefaultValue("20s") Duration grace,
            @Nullable String owner) {}

    /**
     * The dashboard.
     *
     * @param enabled Whether the dashboard is served. Needs brain-dashboard and a servlet web server.
     * @param path The path of the dashboard below that of the application.
     * @param operating Whether operators may change tasks, incidents and sites.
     * @param passwordFile The file of users, who log in. Without it and without an Access bean, only this machine has
     *     access.
     * @param hosts Further names by which browsers reach the dashboard.
     * @param behindProxy Whether the X-Forwarded headers of a proxy are trusted.
     */
    record Pages(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("/brain") String path,
            @DefaultValue("false") boolean operating,
            @Nullable Path passwordFile,
            @DefaultValue Set<String> hosts,
            @DefaultValue("false") boolean behindProxy) {}
}
