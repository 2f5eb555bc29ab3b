package dev.brain.bench.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.brain.config.Environment;
import dev.brain.postgresql.PostgresStoreProvider;
import dev.brain.queue.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A schema of a PostgreSQL server, which is dropped in the end.
 */
record PostgresSchema(PostgresServer server, String name) implements Target, AutoCloseable {
    private static final String PLANS =
            "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    static PostgresSchema create(PostgresServer server, String name) throws SQLException {
        server.execute("DROP SCHEMA IF EXISTS " + name + " CASCADE");
        server.execute("CREATE SCHEMA " + name);
        return new PostgresSchema(server, name);
    }

    private String url() {
        return server.url() + (server.url().contains("?") ? "&" : "?") + "currentSchema=" + name;
    }

    @Override
    public Store store() {
        return new PostgresStoreProvider()
                .open(new Store.Options(
                        url(), Store.Options.Access.CREATE, Environment.of(Map.of()), Clock.systemUTC()));
    }

    /** Opens a connection with the plans that Brain asks for. */
    @Override
    public Connection connection() throws SQLException {
        store().close();
        PGSimpleDataSource source = source();
        source.setOptions(PLANS);
        return source.getConnection();
    }

    @Override
    public HikariDataSource pool(int connections) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source());
        pool.setMaximumPoolSize(connections);
        return new HikariDataSource(pool);
    }

    private PGSimpleDataSource source() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url());
        return source;
    }

    @Override
    public void close() throws SQLException {
        server.execute("DROP SCHEMA " + name + " CASCADE");
    }
}
