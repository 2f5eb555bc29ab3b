package dev.brain.launcher;

import dev.brain.cycle.BrainListener;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;

/** The meters of this process, and the server that shows them. */
interface Metrics extends AutoCloseable {
    /** No meters, and no server. */
    Metrics NONE = new Metrics() {
        @Override
        public BrainListener listener() {
            return event -> {};
        }

        @Override
        public Optional<Supplier<String>> text() {
            return Optional.empty();
        }

        @Override
        public void tell(PrintWriter out) {}

        @Override
        public void close() {}
    };

    /** Returns the listener that counts and times events. */
    BrainListener listener();

    /** Returns what returns the meters as Prometheus reads them; empty if there are none. */
    Optional<Supplier<String>> text();

    /** Prints where the server is. */
    void tell(PrintWriter out);

    @Override
    void close();
}
