package dev.brain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.ReusingDataSource;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import dev.brain.store.RelationalStore;
import dev.brain.store.Sql;
import dev.brain.store.StoreDialect;
import dev.brain.store.TableNames;
import dev.brain.store.TaskFailures;
import dev.brain.store.Transactions;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** If something fails, and cleaning up after it fails too, the first failure is the one that is reported. */
class CleanUpAfterFailureTest {
    @TempDir
    Path folder;

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static void assertFailure(
            ThrowingCallable call, Class<? extends Throwable> type, String message, String... suppressed) {
        assertThatThrownBy(call)
                .isInstanceOf(type)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .hasSize(suppressed.length)
                        .allSatisfy(closing -> assertThat(closing.getMessage()).containsAnyOf(suppressed)));
    }

    private ClassLoader plugin(Class<?> service, Class<?>... providers) throws IOException {
        Path file = folder.resolve("META-INF/services/" + service.getName());
        Files.createDirectories(file.getParent());
        Files.write(file, Stream.of(providers).map(Class::getName).toList());
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
    }

    /** Can't be closed. */
    private static final class Stuck implements AutoCloseable {
        @Override
        public void close() {
            throw new IllegalStateException("it is stuck");
        }
    }

    /** Opens what can't be closed. */
    public static final class StuckPayloads implements PayloadBuilder.Provider {
        @Override
        public String name() {
            return "stuck";
        }

        @Override
        public PayloadBuilder create(ProviderContext context) {
            context.shared(Stuck.class, Stuck::new);
            return (site, resource, payload) -> {
                throw new AssertionError("no task is drafted here");
            };
        }
    }

    @Test
    void aBrainThatCannotBeBuiltSaysWhy() throws IOException {
        ClassLoader plugin = plugin(PayloadBuilder.Provider.class, StuckPayloads.class);

        assertFailure(
                () -> Brain.builder()
                        .pluginLoaders(List.of(plugin))
                        .share(Database.class, StuckDatabase.opened())
                        .site(Site.builder("fines")
                                .referencePattern("(")
                                .payload("stuck")
                                .build())
                        .build(),
                ConfigurationException.class,
                "(",
                "it is stuck");
    }

    /** Opens a database whose connections can't be closed. */
    public static class StuckDatabase implements Database.Provider {
        private static Database opened() {
            ReusingDataSource connections = new ReusingDataSource(2, 0) {
                @Override
                protected Connection connect() {
                    return stuck("none");
                }

                @Override
                public void close() {
                    throw new IllegalStateException("it is stuck");
                }
            };
            return new Database(connections, proxy(Dialect.class, (self, method, arguments) -> null), "a test");
        }

        @Override
        public String name() {
            return getClass().getSimpleName();
        }

        @Override
        public Optional<Dialect> dialect(String url, Environment environment) {
            return Optional.empty();
        }

        @Override
        public Optional<Database> open(ProviderContext context) {
            return Optional.of(opened());
        }
    }

    /** Opens another. */
    public static final class OtherStuckDatabase extends StuckDatabase {}

    @Test
    void databasesOfWhichOnlyOneMayBeOpenedAreAllClosed() throws IOException {
        ClassLoader plugin = plugin(Database.Provider.class, StuckDatabase.class, OtherStuckDatabase.class);

        assertFailure(
                () -> Database.open(new ProviderContext(Environment.of(Map.of()), Clock.systemUTC(), List.of(plugin))),
                ConfigurationException.class,
                "several systems of record",
                "it is stuck",
                "it is stuck");
    }

    @Test
    void aStoreThatCannotBeOpenedSaysWhyWhateverItIs() {
        Transactions transactions = proxy(Transactions.class, (self, method, arguments) -> switch (method.getName()) {
            case "dialect" -> proxy(StoreDialect.class, (dialect, asked, none) -> "");
            case "close" -> throw new IllegalStateException("it is stuck");
            default -> throw new OutOfMemoryError("for a test");
        });

        assertFailure(
                () -> new RelationalStore(transactions, Clock.systemUTC(), TaskFailures.DEFAULT, "a test"),
                OutOfMemoryError.class,
                "for a test",
                "it is stuck");
    }

    /** A connection whose transaction is open, on which one method and closing fail. */
    private static Connection stuck(String failing) {
        return proxy(Connection.class, (self, method, arguments) -> {
            if (Set.of(failing, "close").contains(method.getName())) {
                throw new SQLException(method.getName() + " failed");
            }
            return method.getReturnType() == boolean.class ? (Object) false : null;
        });
    }

    @Test
    void aConnectionThatCannotBeRolledBackIsClosed() {
        ReusingDataSource connections = new ReusingDataSource(2, 0) {
            @Override
            protected Connection connect() {
                return stuck("rollback");
            }
        };

        assertFailure(() -> connections.getConnection().close(), SQLException.class, "rollback failed", "close failed");
    }

    @Test
    void everyConnectionThatIsKeptIsClosed() throws SQLException {
        ReusingDataSource connections = new ReusingDataSource(2, 0) {
            @Override
            protected Connection connect() {
                return stuck("none");
            }
        };
        Connection one = connections.getConnection();
        Connection other = connections.getConnection();
        one.close();
        other.close();

        assertFailure(connections::close, BrainException.class, "close failed", "close failed");
    }

    @Test
    void aStatementThatFailsIsClosed() {
        PreparedStatement statement = proxy(PreparedStatement.class, (self, method, arguments) -> {
            throw new SQLException(method.getName() + " failed");
        });
        Sql sql = new Sql(
                proxy(Connection.class, (self, method, arguments) -> statement),
                proxy(StoreDialect.class, (self, method, arguments) -> null),
                TableNames.DEFAULT,
                new LongAdder());

        assertFailure(() -> sql.update("DELETE"), SQLException.class, "execute failed", "close failed");
    }
}
