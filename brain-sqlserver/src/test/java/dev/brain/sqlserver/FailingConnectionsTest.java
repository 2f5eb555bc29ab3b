package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.brain.Brain;
import dev.brain.check.Finding;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.TaskFilter;
import dev.brain.sqlite.SqliteStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Connections that can't be had: a clear line, nothing claimed, and no password in any log, exception, report or check. */
class FailingConnectionsTest {
    private static final String PASSWORD = "pass;w}ord-1234";
    private static final String BRACED = "{pass;w}}ord-1234}";

    @TempDir
    Path folder;

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final java.util.logging.Logger driver = java.util.logging.Logger.getLogger("com.microsoft.sqlserver.jdbc");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(new SimpleFormatter().format(record));
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing to close
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.TRACE);
        handler.setLevel(java.util.logging.Level.ALL);
        driver.addHandler(handler);
        driver.setLevel(java.util.logging.Level.FINE);
        driver.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(appender);
        root.setLevel(before);
        driver.removeHandler(handler);
        driver.setLevel(null);
    }

    private static Database open(Map<String, String> environment) {
        return Database.open(new ProviderContext(
                Environment.of(environment),
                Clock.systemUTC(),
                List.of(FailingConnectionsTest.class.getClassLoader())));
    }

    private static Map<String, String> url(String host, int port, String further) {
        return Map.of(
                "BRAIN_SOURCE_URL",
                "jdbc:sqlserver://" + host + ":" + port + ";databaseName=d;user=u;password=" + BRACED + further);
    }

    /** What a cycle, a check and a claim say; none of it may hold the password. */
    private String everythingSaidOf(Map<String, String> environment, Class<? extends BrainException> type) {
        List<String> said = new ArrayList<>();
        Recursos cases = new Recursos("dbo.", "integer");
        try (Database database = open(environment);
                SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .environment(Environment.of(environment))
                        .queue(store)
                        .share(Profile.class, cases.profile())
                        .share(Database.class, database)
                        .readBackDelays(List.of())
                        .site(Recursos.SITE)
                        .build()) {
            Throwable failure = catchThrowable(() -> cases.claim(database, 1));
            assertThat(failure).isInstanceOf(type);
            assertThat(String.valueOf(failure.getMessage()))
                    .contains("SQL Server ")
                    .doesNotContain("\n");
            said.add(Failures.text(failure));
            CycleReport report = brain.runCycle();
            assertThat(report.sites().get(0).errorCount()).isPositive();
            assertThat(store.operations().list(TaskFilter.newest(10))).isEmpty();
            said.add(report.toString());
            List<Finding> findings = brain.operations().check(Recursos.SITE);
            assertThat(findings).anyMatch(finding -> finding.level() == Finding.Level.ERROR);
            said.add(findings.toString());
            said.add(store.incidents().list(Set.of(), false, 100).toString());
            said.add(database.toString());
        }
        said.addAll(logged);
        assertThat(logged).isNotEmpty();
        assertThat(said).noneMatch(text -> text.contains("w}ord") || text.contains("w}}ord"));
        return said.get(0);
    }

    @Test
    void aPortWhereNobodyListens() throws IOException {
        int port = closedPort();
        assertThat(everythingSaidOf(url("127.0.0.1", port, ""), UnavailableException.class))
                .contains("127.0.0.1:" + port)
                .contains("check host and port");
    }

    @Test
    @Tag("slow")
    void aHostThatIsNotThere() {
        assertThat(everythingSaidOf(url("no-such-host.invalid", 1433, ""), UnavailableException.class))
                .contains("no-such-host.invalid:1433");
    }

    @Test
    @Tag("slow")
    void aServerThatAcceptsAndNeverAnswers() throws IOException {
        // connections wait in the backlog, and nobody ever reads them
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            try (Database database = open(url("127.0.0.1", silent.getLocalPort(), ";loginTimeout=1"))) {
                assertThatThrownBy(() -> new Recursos("dbo.", "integer").claim(database, 1))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("127.0.0.1:" + silent.getLocalPort())
                        .satisfies(e -> assertThat(Failures.text(e)).doesNotContain(PASSWORD));
            }
        }
    }

    @Test
    @Tag("slow")
    void aServerThatSpeaksSomethingElse() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            answer(other, "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(everythingSaidOf(url("127.0.0.1", other.getLocalPort(), ""), UnavailableException.class))
                    .contains("127.0.0.1:" + other.getLocalPort());
        }
    }

    /** Answers everybody by these bytes. */
    private static void answer(ServerSocket server, byte[] bytes) {
        Thread answering = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept();
                        OutputStream out = client.getOutputStream()) {
                    out.write(bytes);
                    out.flush();
                    // until the client has heard it: closing earlier would reset the connection
                    client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the client has heard enough, or the test is over
                }
            }
        });
        answering.setDaemon(true);
        answering.start();
    }

    @Test
    void aServerWhoseCertificateNobodyVouchesForGetsNoPassword() throws Exception {
        try (TdsServer server =
                TdsServer.refusing(TdsServerKeys.selfSigned(folder), 18456, "Login failed for user 'u'.")) {
            assertThat(everythingSaidOf(
                            url("localhost", server.port(), ";loginTimeout=60"), ConfigurationException.class))
                    .contains("certificate")
                    .contains("set SQLSERVER_CA_FILE to a PEM file")
                    .contains("trustServerCertificate=true in the JDBC URL trusts any certificate");
            assertThat(server.logins()).isZero();
        }
    }

    private static Map<String, String> parts(int port, String... further) {
        Map<String, String> parts = new HashMap<>(Map.of(
                "SQLSERVER_SERVER",
                "localhost," + port,
                "SQLSERVER_DATABASE",
                "d",
                "SQLSERVER_USERNAME",
                "u",
                "SQLSERVER_PASSWORD",
                PASSWORD));
        for (int i = 0; i < further.length; i += 2) {
            parts.put(further[i], further[i + 1]);
        }
        return parts;
    }

    @Test
    void partsSayWhomToTrust() throws Exception {
        String refused = "Login failed for user 'u'.";
        try (TdsServer server = TdsServer.refusing(TdsServerKeys.selfSigned(folder), 18456, refused)) {
            assertThat(everythingSaidOf(parts(server.port()), ConfigurationException.class))
                    .contains("set SQLSERVER_CA_FILE to a PEM file")
                    .contains("SQLSERVER_TRUST_SERVER_CERTIFICATE=yes trusts any certificate");
            assertThat(server.logins()).isZero();
            assertThat(everythingSaidOf(
                            parts(server.port(), "SQLSERVER_TRUST_SERVER_CERTIFICATE", "yes"),
                            ConfigurationException.class))
                    .contains(refused);
            assertThat(server.logins()).isOne();
            Path pem = TdsServerKeys.pem(folder);
            assertThat(everythingSaidOf(
                            parts(server.port(), "SQLSERVER_CA_FILE", pem.toString()), ConfigurationException.class))
                    .contains(refused);
            assertThat(server.logins()).isEqualTo(2);
        }
    }

    @Test
    void aServerThatOffersNoEncryptionIsToldAtOnceByItsName() throws Exception {
        try (TdsServer server = TdsServer.refusing(null, 18456, "Login failed for user 'u'.")) {
            assertThat(everythingSaidOf(parts(server.port()), ConfigurationException.class))
                    .contains("the server is not configured to support SSL")
                    .contains("SQLSERVER_ENCRYPT=no disables encryption")
                    .doesNotContain("tried")
                    .doesNotContain("firewall");
            assertThat(server.logins()).isZero();
            assertThat(everythingSaidOf(parts(server.port(), "SQLSERVER_ENCRYPT", "no"), ConfigurationException.class))
                    .contains("Login failed for user 'u'.");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void aServerThatKnowsNoStrictEncryptionIsNotTakenForTheNetwork() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            answer(other, new byte[] {4, 1, 0, 9, 0, 0, 1, 0, 0});
            assertThat(everythingSaidOf(
                            parts(other.getLocalPort(), "SQLSERVER_ENCRYPT", "strict"), ConfigurationException.class))
                    .contains("SQL Server 2022")
                    .doesNotContain("tried");
        }
    }

    @Test
    void aLoginThatIsRefusedIsNotTriedAgain() throws IOException {
        try (TdsServer server = TdsServer.refusing(null, 18456, "Login failed for user 'u'.")) {
            assertThat(everythingSaidOf(
                            url("localhost", server.port(), ";encrypt=false;loginTimeout=60"),
                            ConfigurationException.class))
                    .contains("Login failed for user 'u'. (error 18456); check user and password");
            // by a claim, a cycle and a check
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void aValueThatTheDriverRefuses() {
        assertThat(everythingSaidOf(
                        url("127.0.0.1", 1433, ";packetSize=" + Integer.MAX_VALUE), ConfigurationException.class))
                .contains("127.0.0.1:1433");
    }

    @Test
    @Tag("slow")
    void anOdbcStringAndParts() throws IOException {
        String server = "127.0.0.1," + closedPort();
        everythingSaidOf(
                Map.of(
                        "SQLSERVER_CONNECTION_STRING",
                        "DRIVER={x};SERVER=" + server + ";DATABASE=d;UID=u;PWD=" + BRACED + ";Colour=" + BRACED),
                UnavailableException.class);
        everythingSaidOf(
                Map.of(
                        "SQLSERVER_SERVER",
                        server,
                        "SQLSERVER_DATABASE",
                        "d",
                        "SQLSERVER_USERNAME",
                        "u",
                        "SQLSERVER_PASSWORD",
                        PASSWORD),
                UnavailableException.class);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }

    @Test
    void theProviderIsFoundAndConnectsWhenFirstUsed() {
        try (Database database = open(url("no-such-host.invalid", 1433, ""))) {
            assertThat(database.location()).isEqualTo("SQL Server no-such-host.invalid:1433/d");
            assertThat(database.dialect().name()).isEqualTo("SQL Server");
        }
    }
}
