package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.examples.demo.CaseGenerator;
import dev.brain.examples.demo.CaseSystem;
import dev.brain.examples.intranet.Intranet;
import dev.brain.examples.intranet.IntranetUser;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.LoggerFactory;

/** A system of record with a few cases, its intranet, and a Brain that claims through it in a real browser. */
public final class Office implements AutoCloseable {
    public static final String ROBOT = "Róbot de Pruebas";
    static final String PASSWORD = "s3creta-inventada";

    private final Path folder;
    private final Path file;
    private final Path browsers;
    private final Map<String, String> environment = new HashMap<>();
    private final Connection connection;
    /** Every cookie and token that the intranet has given out. */
    final Set<String> secrets = ConcurrentHashMap.newKeySet();

    public final Intranet intranet;
    private Clock clock = Clock.systemUTC();
    private ClassLoader plugins = Office.class.getClassLoader();
    private List<Duration> delays =
            Stream.of(50, 100, 200).map(Duration::ofMillis).toList();

    public Office(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("cases.db");
        CaseSystem.create(file, new CaseGenerator(1), 0).close();
        intranet = Intranet.start(
                file,
                List.of(
                        new IntranetUser("robot@example.invalid", PASSWORD, ROBOT),
                        new IntranetUser("nadie@example.invalid", PASSWORD, "Iniciar sesión"),
                        new IntranetUser("blanco@example.invalid", PASSWORD, " ")));
        intranet.secrets(secrets::add);
        browsers = folder.resolve("browsers");
        watchBrowsers();
        environment.put("BRAIN_HOME", folder.toString());
        environment.put("BRAIN_SOURCE_URL", "jdbc:sqlite:" + file);
        environment.put("XVIA_EMAIL", "robot@example.invalid");
        environment.put("XVIA_PASSWORD", PASSWORD);
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            connection.createStatement().execute("PRAGMA busy_timeout = 60000");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    public Office set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Office clock(Clock time) {
        clock = time;
        return this;
    }

    public Office plugins(ClassLoader loader) {
        plugins = loader;
        return this;
    }

    Office delays(List<Duration> readBack) {
        delays = readBack;
        return this;
    }

    public Office cases(String body, int count) {
        for (int i = 1; i <= count; i++) {
            add(1000 + i, String.format("%04d/2026", i), body);
        }
        return this;
    }

    public void add(long id, String reference, String body) {
        update(
                "INSERT INTO RecursosExp (idRecurso, idExp, automatic_id, numclient, Expedient, Organisme, TExp, Estado,"
                        + " SujetoRecurso, FaseProcedimiento, FAlta) VALUES (?,1,1,1,?,?,2,0,'Fulana','Denuncia','2026-01-07 08:00:00')",
                id,
                reference,
                body);
    }

    void take(long id, String person) {
        update("UPDATE RecursosExp SET Estado = 1, UsuarioAsignado = ? WHERE idRecurso = ?", person, id);
    }

    public synchronized void update(String sql, Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public synchronized Map<Long, String> owners() {
        Map<Long, String> owners = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT idRecurso, UsuarioAsignado FROM RecursosExp WHERE Estado = 1 AND UsuarioAsignado IS NOT NULL");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                owners.put(rows.getLong(1), rows.getString(2).strip());
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return owners;
    }

    public Site site(String id, String body) {
        return site(id, body, "ui");
    }

    Site site(String id, String body, String method) {
        return Site.builder(id)
                .referencePattern("\\d+/\\d{4}")
                .claim("web")
                .setting("profile", "recursos-intranet")
                .setting("query_organisme", body)
                .setting("filtro_texp", "2,3")
                .setting("pages", "recursos-intranet")
                .setting("web", Map.of("base", intranet.address(), "method", method, "lanes", 2))
                .build();
    }

    /** What a run did: its reports, and what it left in the queue. */
    public record Outcome(CycleReport report, List<Task> tasks, List<Incident> incidents) {
        SiteReport site(String id) {
            return report.sites().stream()
                    .filter(site -> site.siteId().equals(id))
                    .findFirst()
                    .orElseThrow();
        }

        Set<IncidentCode> codes() {
            return incidents.stream().map(incident -> incident.report().code()).collect(Collectors.toSet());
        }
    }

    /** One run of a process: a Brain is made, goes through a cycle, and is closed. */
    public Outcome run(Site... sites) {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.brain");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.TRACE);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            CycleReport report;
            var builder = Brain.builder()
                    .environment(Environment.of(environment))
                    .pluginLoaders(List.of(plugins))
                    .queue(store)
                    .clock(clock)
                    .readBackDelays(delays);
            Stream.of(sites).forEach(builder::site);
            try (Brain brain = builder.build()) {
                report = brain.runCycle();
            }
            Outcome outcome = new Outcome(
                    report,
                    store.operations().list(TaskFilter.newest(1_000)),
                    store.incidents().list(Set.of(), true, 1_000));
            assertInvariants(outcome);
            assertNoSecretIn("what was reported", outcome.toString());
            logged.list.forEach(event -> assertNoSecretIn(
                    "the log", event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy())));
            assertThat(logged.list).isNotEmpty();
            return outcome;
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(null);
        }
    }

    Brain brain(SqliteStore store, Site... sites) {
        var builder = Brain.builder()
                .environment(Environment.of(environment))
                .pluginLoaders(List.of(plugins))
                .queue(store)
                .readBackDelays(delays);
        Stream.of(sites).forEach(builder::site);
        return builder.build();
    }

    /** What holds whatever happened: design, "reserve, claim, confirm". */
    private void assertInvariants(Outcome outcome) {
        Set<Long> ours = owners().entrySet().stream()
                .filter(entry -> Set.of(ROBOT, "BOT").contains(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        List<Long> waiting = outcome.tasks().stream()
                .filter(task -> task.status() == TaskStatus.PENDING)
                .map(task -> Long.valueOf(String.valueOf(task.resourceId())))
                .toList();
        assertThat(waiting).as("one task each").doesNotHaveDuplicates();
        assertThat(ours).as("no task without a claim that was verified").containsAll(waiting);
        Set<Long> known = new java.util.HashSet<>(waiting);
        outcome.tasks().stream()
                .filter(task -> task.status() == TaskStatus.CLAIMING)
                .forEach(task -> known.add(Long.valueOf(String.valueOf(task.resourceId()))));
        outcome.incidents().stream()
                .filter(incident -> incident.report().code() == IncidentCode.ORPHAN_CLAIM)
                .forEach(incident ->
                        known.add(Long.valueOf(String.valueOf(incident.report().resourceId()))));
        assertThat(known).as("every claim has a task, or will be seen to").containsAll(ours);
        assertNoProcessIsLeft();
        assertNothingTellsSecrets();
    }

    /** Neither a driver nor a browser, whoever its parent is by now. */
    public void assertNoProcessIsLeft() {
        CompletableFuture<?>[] ends =
                browserProcesses().stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(5, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new AssertionError(
                    "left: "
                            + browserProcesses().stream()
                                    .map(ProcessHandle::info)
                                    .toList(),
                    e);
        }
    }

    private List<ProcessHandle> browserProcesses() {
        Set<Long> started = started();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("run-driver") || line.contains("chrom"))
                        .isPresent())
                .filter(process -> isDescendant(process) || started.contains(group(process)))
                .toList();
    }

    /** A browser leads a group of its own, in which its children stay when they are adopted by others. */
    private static long group(ProcessHandle process) {
        try {
            String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            return Long.parseLong(status.substring(status.lastIndexOf(')') + 2).split(" ", -1)[2]);
        } catch (IOException e) {
            // it has gone, or this is no Linux: where it is known by itself
            return process.pid();
        }
    }

    private Set<Long> started() {
        try {
            return Files.exists(browsers)
                    ? Files.readAllLines(browsers).stream().map(Long::valueOf).collect(Collectors.toSet())
                    : Set.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Wraps the browser in a script that records its process id, because a browser whose driver was killed has no parent. */
    private void watchBrowsers() {
        Browsers.find(Environment.of(System.getenv())).ifPresent(path -> {
            try {
                Path script = Files.writeString(folder.resolve("browser"), """
                                #!/bin/sh
                                echo $$ >> '%s'
                                exec '%s' "$@"
                                """.formatted(browsers, path));
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
                environment.put("BRAIN_BROWSER", script.toString());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static boolean isDescendant(ProcessHandle process) {
        return ProcessHandle.current().descendants().anyMatch(process::equals);
    }

    static void signal(String name, Stream<ProcessHandle> processes) {
        processes.forEach(process -> {
            try {
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    static ProcessHandle driver() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info()
                        .commandLine()
                        .filter(line -> line.contains("run-driver"))
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    /** Nothing that is kept holds the password, a cookie or a token, but for the session's own file, which is for its owner's eyes. */
    public void assertNothingTellsSecrets() {
        assertThat(secrets.isEmpty())
                .as("an intranet that was used gives out secrets")
                .isEqualTo(intranet.logins() == 0);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.filter(Files::isRegularFile).toList()) {
                if (path.getParent().endsWith("sessions")) {
                    assertThat(text(Files.readAllBytes(path))).doesNotContain(PASSWORD);
                } else if (path.toString().endsWith(".zip")) {
                    assertNoSecretInZip(path);
                } else {
                    assertNoSecretIn(path.toString(), text(Files.readAllBytes(path)));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertNoSecretInZip(Path path) throws IOException {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                assertNoSecretIn(
                        path + ", " + entry, text(zip.getInputStream(entry).readAllBytes()));
            }
        }
    }

    void assertNoSecretIn(String where, String text) {
        // not the text itself, which may be a whole file
        assertThat(text.contains(PASSWORD)).as("%s tells the password", where).isFalse();
        assertThat(text.contains("intranet_session"))
                .as("%s tells a cookie", where)
                .isFalse();
        assertThat(secrets).as("%s tells a cookie or a token", where).noneMatch(text::contains);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    List<Path> evidence() {
        try (Stream<Path> files =
                Files.exists(folder.resolve("evidence")) ? Files.walk(folder.resolve("evidence")) : Stream.empty()) {
            return new ArrayList<>(files.filter(Files::isRegularFile).toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        intranet.close();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
