package dev.brain.postgresql;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** A PgBouncer in transaction mode before the test server. It gives its clients two sessions of the server. */
final class PgBouncer implements AutoCloseable {
    private final Process process;
    private final int port;

    private PgBouncer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The program, where it is installed. */
    static Optional<Path> program() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(Path::of),
                        Stream.of(Path.of("/usr/sbin")))
                .map(folder -> folder.resolve("pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Version 1.21 and newer can. */
    private static boolean keepsPreparedStatements() throws IOException {
        Process process = new ProcessBuilder(program().orElseThrow().toString(), "--version").start();
        try (BufferedReader output = process.inputReader()) {
            String[] version = output.readLine().split("[ .]", -1);
            return Integer.parseInt(version[1]) > 1 || Integer.parseInt(version[2]) >= 21;
        }
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param url the server
     * @param sessionSetup what it runs on each session of the server that it opens
     */
    static PgBouncer start(Path folder, String url, String sessionSetup) throws IOException {
        PGSimpleDataSource server = new PGSimpleDataSource();
        server.setURL(url);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String password = server.getPassword() == null ? "" : " password=" + server.getPassword();
        Path configuration = Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                brain = host=%s port=%d dbname=%s user=%s%s connect_query='%s'
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = 2
                ignore_startup_parameters = extra_float_digits, options
                %s
                """.formatted(
                        server.getServerNames()[0],
                        server.getPortNumbers()[0],
                        server.getDatabaseName(),
                        server.getUser(),
                        password,
                        sessionSetup.replace("'", "''"),
                        port,
                        keepsPreparedStatements() ? "max_prepared_statements = 0" : ""));
        List<String> command = new ArrayList<>(List.of(program().orElseThrow().toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(configuration.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder told = new StringBuilder();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.contains("process up")) {
            told.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("pgbouncer ended: " + told);
        }
        // what it says further must not fill the pipe
        Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "pgbouncer-output");
        drain.setDaemon(true);
        drain.start();
        return new PgBouncer(process, port);
    }

    /** Returns the URL of the server through it, as docs/postgresql.md recommends. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/brain?user=robot&sslmode=disable&prepareThreshold=0";
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
