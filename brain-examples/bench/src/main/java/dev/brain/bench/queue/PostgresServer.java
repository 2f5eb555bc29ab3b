package dev.brain.bench.queue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server whose commits are durable: a given one, else the newest that Debian has installed, else one from Maven
 * Central.
 */
record PostgresServer(String url, Closer closer) implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    /** Checkpoints would come in the middle of somebody's measurement. */
    private static final Map<String, String> SETTINGS = new LinkedHashMap<>(Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "shared_buffers", "256MB",
            "max_wal_size", "8GB",
            "checkpoint_timeout", "1h"));

    /** Ends the server. */
    interface Closer {
        void close() throws IOException;
    }

    static PostgresServer of(String url) {
        return new PostgresServer(url, () -> {});
    }

    /** Starts a server in a folder. */
    static PostgresServer start(Path folder) throws IOException, InterruptedException {
        Optional<Path> programs = programs();
        if (programs.isPresent()) {
            return installed(programs.get(), folder);
        }
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setDataDirectory(folder.resolve("server"));
        SETTINGS.forEach(builder::setServerConfig);
        EmbeddedPostgres server = builder.start();
        return new PostgresServer(server.getJdbcUrl("postgres", "postgres"), server::close);
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    private static PostgresServer installed(Path programs, Path folder) throws IOException, InterruptedException {
        Path data = folder.resolve("server");
        run(folder, programs.resolve("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N");
        int port = freePort();
        StringBuilder settings = new StringBuilder("\n");
        SETTINGS.forEach((name, value) -> settings.append(name + " = " + value + "\n"));
        settings.append("listen_addresses = '127.0.0.1'\nport = " + port + "\nunix_socket_directories = ''\n");
        Files.writeString(data.resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
        Path control = programs.resolve("pg_ctl");
        run(folder, control, "-D", data, "-w", "-l", folder.resolve("server.log"), "start");
        return new PostgresServer("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres", () -> {
            try {
                run(folder, control, "-D", data, "-w", "-m", "immediate", "stop");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void run(Path folder, Object... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // PostgreSQL refuses to run as root
            all.addAll(List.of("unshare", "-U"));
        }
        Stream.of(command).map(String::valueOf).forEach(all::add);
        Path log = folder.resolve("command.log");
        int status = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException(command[0] + " ended with " + status + ": " + Files.readString(log));
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the only value of a query. */
    String value(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    /** Returns how many bytes were written to the write-ahead log since the server was created. */
    long walBytes() throws SQLException {
        return Long.parseLong(value("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"));
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }
}
