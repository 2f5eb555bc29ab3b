package dev.brain.postgresql;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An installed PostgreSQL as a primary and a synchronous standby, in a temporary folder and on free ports. */
final class ReplicatedServer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path primary;
    private final Path standby;
    private final int primaryPort = freePort();
    private final int standbyPort = freePort();

    private ReplicatedServer(Path folder) {
        this.programs = programs().orElseThrow();
        this.primary = folder.resolve("primary");
        this.standby = folder.resolve("standby");
    }

    /** The folder of the programs of the newest version that is installed as on Debian. */
    static Optional<Path> programs() {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("pg_basebackup"))
                            && Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts both, and waits until each commit waits for the standby. */
    static ReplicatedServer start(Path folder) throws Exception {
        ReplicatedServer server = new ReplicatedServer(folder);
        try {
            server.run("initdb", "-D", server.primary, "-U", "postgres", "-A", "trust", "-N");
            server.begin(server.primary, server.primaryPort);
            server.run(
                    "pg_basebackup",
                    "-D",
                    server.standby,
                    "-R",
                    "-c",
                    "fast",
                    "-N",
                    "-d",
                    "host=127.0.0.1 user=postgres port=" + server.primaryPort);
            server.begin(server.standby, server.standbyPort);
            server.awaitSynchronous();
            return server;
        } catch (Exception | Error e) {
            dev.brain.internal.Closing.afterFailure(e, server);
            throw e;
        }
    }

    private void begin(Path data, int port) throws Exception {
        // the last value of a setting counts
        Files.writeString(data.resolve("postgresql.conf"), """

                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                fsync = off
                """.formatted(port), StandardOpenOption.APPEND);
        run("pg_ctl", "-D", data, "-w", "-t", "600", "-l", data.resolveSibling(data.getFileName() + ".log"), "start");
    }

    private void awaitSynchronous() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(primaryPort));
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
            statement.execute("SELECT pg_reload_conf()");
            boolean synchronous;
            do {
                try (ResultSet result =
                        statement.executeQuery("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")) {
                    synchronous = result.next();
                }
            } while (!synchronous);
        }
    }

    private void run(Object... command) throws Exception {
        List<String> all = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // PostgreSQL refuses to run as root
            all.addAll(List.of("unshare", "-U"));
        }
        all.add(programs.resolve(String.valueOf(command[0])).toString());
        Stream.of(command).skip(1).map(String::valueOf).forEach(all::add);
        Path log = primary.resolveSibling("log");
        int status = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException(command[0] + " ended with " + status + ": " + Files.readString(log));
        }
    }

    /** Kills the primary and all that belongs to it, and makes the standby the primary. */
    void failOver() throws Exception {
        kill(primary);
        run("pg_ctl", "-D", standby, "-w", "-t", "600", "promote");
    }

    private static void kill(Path data) throws IOException {
        Path pid = data.resolve("postmaster.pid");
        if (!Files.exists(pid)) {
            return;
        }
        Optional<ProcessHandle> postmaster =
                ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0).strip()));
        List<ProcessHandle> all = new ArrayList<>();
        postmaster.ifPresent(process -> {
            process.descendants().forEach(all::add);
            all.add(process);
        });
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /** Returns the URL of whichever is the primary. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + primaryPort + ",127.0.0.1:" + standbyPort
                + "/postgres?user=postgres&targetServerType=primary";
    }

    /** Returns the URL of the server that begins as the standby. */
    String standbyUrl() {
        return url(standbyPort);
    }

    private static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        kill(primary);
        kill(standby);
    }
}
