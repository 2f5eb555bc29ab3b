/** Finds work in a system of record that somebody else owns, claims it, and queues it durably. */
@SuppressWarnings("module") // the modules of the stores are built after this one
module dev.brain.core {
    requires transitive com.fasterxml.jackson.databind;
    requires java.net.http;
    requires transitive java.sql;
    requires org.slf4j;
    requires static transitive org.jspecify;

    // for everybody
    exports dev.brain;
    exports dev.brain.check;
    exports dev.brain.claim;
    exports dev.brain.config;
    exports dev.brain.cycle;
    exports dev.brain.error;
    exports dev.brain.history;
    exports dev.brain.incident;
    exports dev.brain.payload;
    exports dev.brain.plugin;
    exports dev.brain.queue;
    exports dev.brain.resource;
    exports dev.brain.site;
    exports dev.brain.text;
    exports dev.brain.work;

    // for Brain's own modules
    exports dev.brain.internal to
            dev.brain.dashboard,
            dev.brain.sqlite,
            dev.brain.postgresql,
            dev.brain.sqlserver,
            dev.brain.playwright;
    exports dev.brain.internal.file to
            dev.brain.dashboard,
            dev.brain.sqlite,
            dev.brain.playwright;
    exports dev.brain.internal.monitor to
            dev.brain.dashboard,
            dev.brain.micrometer;
    exports dev.brain.internal.notification to
            dev.brain.sqlite,
            dev.brain.postgresql;
    exports dev.brain.internal.plugin to
            dev.brain.playwright;
    exports dev.brain.internal.site to
            dev.brain.dashboard,
            dev.brain.sqlite,
            dev.brain.postgresql,
            dev.brain.playwright;
    exports dev.brain.internal.text to
            dev.brain.playwright;
    exports dev.brain.jdbc to
            dev.brain.sqlite,
            dev.brain.postgresql,
            dev.brain.sqlserver;
    exports dev.brain.json to
            dev.brain.playwright;
    exports dev.brain.store to
            dev.brain.sqlite,
            dev.brain.postgresql;

    uses dev.brain.claim.ClaimStrategy.Provider;
    uses dev.brain.cycle.BrainListener.Provider;
    uses dev.brain.jdbc.Database.Provider;
    uses dev.brain.payload.PayloadBuilder.Provider;
    uses dev.brain.queue.Store.Provider;
    uses dev.brain.resource.ResourceSource.Provider;
    uses dev.brain.work.TaskHandler.Provider;
    uses java.sql.Driver;

    provides dev.brain.claim.ClaimStrategy.Provider with
            dev.brain.jdbc.SqlClaimProvider;
    provides dev.brain.payload.PayloadBuilder.Provider with
            dev.brain.jdbc.ProfilePayloadProvider;
    provides dev.brain.resource.ResourceSource.Provider with
            dev.brain.jdbc.SqlSourceProvider;
}
