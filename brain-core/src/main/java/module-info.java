/** Finds work in a system of record that somebody else owns, claims it, and queues it durably. */
module dev.brain.core {
    requires transitive com.fasterxml.jackson.databind;
    requires transitive java.sql;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.brain;
    exports dev.brain.check;
    exports dev.brain.claim;
    exports dev.brain.config;
    exports dev.brain.cycle;
    exports dev.brain.error;
    exports dev.brain.incident;
    exports dev.brain.jdbc;
    exports dev.brain.payload;
    exports dev.brain.plugin;
    exports dev.brain.queue;
    exports dev.brain.resource;
    exports dev.brain.site;
    exports dev.brain.text;
}
