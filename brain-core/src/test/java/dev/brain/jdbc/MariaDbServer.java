package dev.brain.jdbc;

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

/** A MariaDB server of the test's own, in a temporary folder and on a free port of this machine. */
final class MariaDbServer {
    private final Process process;
    private final int port;

    private MariaDbServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The server's program, where it is installed. */
    static Optional<Path> program(String name) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(Path::of),
                        Stream.of(Path.of("/usr/sbin")))
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a server and waits until it listens. */
    static MariaDbServer start(Path folder) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        List<String> account = "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
        Path log = folder.resolve("install.log");
        List<String> install = new ArrayList<>(List.of(
                program("mariadb-install-db").orElseThrow().toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        install.addAll(account);
        int status = new ProcessBuilder(install)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("mariadb-install-db ended with " + status + ": " + Files.readString(log));
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> run = new ArrayList<>(List.of(
                program("mariadbd").orElseThrow().toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--socket=" + folder.resolve("s"),
                "--pid-file=" + folder.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--innodb-buffer-pool-size=32M",
                "--innodb-flush-log-at-trx-commit=0"));
        run.addAll(account);
        Process process = new ProcessBuilder(run).redirectErrorStream(true).start();
        MariaDbServer server = new MariaDbServer(process, port);
        StringBuilder told = new StringBuilder();
        var output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.contains("ready for connections")) {
            told.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("mariadbd ended: " + told);
        }
        // what it says further must not fill the pipe
        Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "mariadbd-output");
        drain.setDaemon(true);
        drain.start();
        return server;
    }

    String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root";
    }

    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
