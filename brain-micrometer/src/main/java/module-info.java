/** Meters and traces of cycles, workers and queues. */
// Micrometer names its modules in its manifests only; the names are fixed, so requiring them is safe.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.brain.micrometer {
    requires transitive dev.brain.core;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;
    requires micrometer.commons;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.brain.micrometer;
}
