package dev.brain.plugin;

import java.io.IOException;
import java.util.NoSuchElementException;

/** An SPI of these tests; public, because plug-ins with a loader of their own are in another package. */
public interface Greeter {
    String greet();

    /** Creates greeters. */
    interface Provider extends dev.brain.plugin.Provider<Greeter> {}

    /** A greeter that notes when it is closed. */
    final class Closed implements Greeter, AutoCloseable {
        private final StringBuilder log;
        private final String name;

        public Closed(StringBuilder log, String name) {
            this.log = log;
            this.name = name;
        }

        @Override
        public String greet() {
            return name;
        }

        @Override
        public void close() throws IOException {
            log.append(name).append(' ');
            if (name.startsWith("broken")) {
                throw new IOException(name + " is stuck");
            }
        }
    }

    /** Provides "polite". */
    final class Polite implements Provider {
        public Polite() {}

        @Override
        public String name() {
            return "polite";
        }

        @Override
        public Greeter create(ProviderContext context) {
            return new Closed(context.shared(StringBuilder.class, StringBuilder::new), "polite");
        }
    }

    /** Provides another "polite". */
    final class AlsoPolite implements Provider {
        public AlsoPolite() {}

        @Override
        public String name() {
            return "polite";
        }

        @Override
        public Greeter create(ProviderContext context) {
            return () -> "also polite";
        }
    }

    /** Provides "rude", but only on the second try. */
    final class Rude implements Provider {
        public Rude() {}

        @Override
        public String name() {
            return "rude";
        }

        @Override
        public Greeter create(ProviderContext context) {
            StringBuilder log = context.shared(StringBuilder.class, StringBuilder::new);
            if (log.indexOf("asked") < 0) {
                log.append("asked ");
                throw new IllegalStateException("not now");
            }
            return new Closed(log, "rude");
        }
    }

    /** Can't be made. */
    final class Unmakeable implements Provider {
        public Unmakeable() {
            throw new IllegalStateException("out of order");
        }

        @Override
        public String name() {
            return "unmakeable";
        }

        @Override
        public Greeter create(ProviderContext context) {
            throw new AssertionError();
        }
    }

    /** Doesn't know its name. */
    final class Nameless implements Provider {
        public Nameless() {}

        @Override
        public String name() {
            throw new NoSuchElementException("no name set");
        }

        @Override
        public Greeter create(ProviderContext context) {
            throw new AssertionError();
        }
    }
}
