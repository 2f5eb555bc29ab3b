package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.Browser.Answer;
import dev.brain.dashboard.access.Access;
import dev.brain.dashboard.access.Principal;
import dev.brain.dashboard.access.Principal.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a servlet container, below a context path and a mapping. */
@Timeout(300)
class DashboardServletTest {
    private static final Pattern LINK = Pattern.compile("(?:href|src|action|hx-get|data-base)=\"([^\"]*)\"");

    @TempDir
    private Path folder;

    private final Server jetty = new Server();
    private TestDashboard world;

    private InetSocketAddress start(TestDashboard opened) throws Exception {
        world = opened;
        ServerConnector connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/tools");
        ServletHolder holder = new ServletHolder(new DashboardServlet(world.dashboard));
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/brain/*");
        jetty.setHandler(context);
        jetty.start();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    }

    @AfterEach
    void stop() throws Exception {
        world.dashboard.close();
        jetty.stop();
        world.close();
    }

    @Test
    void allLinksAreBelowTheContextPath() throws Exception {
        InetSocketAddress address = start(TestDashboard.open(folder, options -> options.operating(true)));
        Browser browser = new Browser(address, "/tools/brain");
        Answer page = browser.open("/");
        assertThat(page.status()).isEqualTo(200);
        assertLinks(page, "/tools/brain/");
        assertThat(page.header("Set-Cookie").orElseThrow()).contains("Path=/tools/brain/");
        browser.open("/sites");
        assertThat(browser.post("/sites/harbour/pause").header("Location")).contains("/tools/brain/sites");
        assertThat(world.isPaused("harbour")).isTrue();
    }

    @Test
    void allLinksAreBelowThePrefixOfAProxy() throws Exception {
        Access access = request -> Optional.of(new Principal("nora", Role.OPERATOR));
        InetSocketAddress address = start(TestDashboard.open(
                folder, options -> options.operating(true).behindProxy(true).access(access)));
        try (StrippingProxy proxy = new StrippingProxy("/intern", address)) {
            Browser browser = new Browser(proxy.address(), "/intern/tools/brain");
            Answer page = browser.open("/");
            assertThat(page.status()).isEqualTo(200);
            assertLinks(page, "/intern/tools/brain/");
            browser.open("/sites");
            assertThat(browser.post("/sites/harbour/pause").header("Location")).contains("/intern/tools/brain/sites");
            assertThat(world.isPaused("harbour")).isTrue();
        }
    }

    /** Follows every link, which must lead to a page or a file of the dashboard. */
    private static void assertLinks(Answer page, String base) {
        Matcher links = LINK.matcher(page.body());
        int count = 0;
        while (links.find()) {
            if (!links.group(1).equals("#main")) {
                assertThat(links.group(1)).startsWith(base);
                count++;
            }
        }
        assertThat(count).isGreaterThan(10);
    }

    @Test
    void staticFilesAndErrorsAreServed() throws Exception {
        Browser browser = new Browser(start(TestDashboard.open(folder, options -> options)), "/tools/brain");
        assertThat(browser.get("/static/htmx.min.js").body()).contains("htmx");
        assertThat(browser.get("/nothing").status()).isEqualTo(404);
        assertThat(browser.send("HEAD", "/sites", "").bytes()).isEmpty();
        assertThat(browser.get("/sites", "Host: elsewhere.example").status()).isEqualTo(421);
    }

    @Test
    void theContainersUsersAreThePrincipals() throws Exception {
        InetSocketAddress address = start(TestDashboard.open(
                folder, options -> options.operating(true).access(Access.ofContainer("look", "operate"))));
        Browser browser = new Browser(address, "/tools/brain");
        assertThat(browser.get("/sites").status()).isEqualTo(403);
        assertThat(Access.ofContainer("look", "operate").identify(user("vera", "look")))
                .contains(new Principal("vera", Role.VIEWER));
        assertThat(Access.ofContainer("look", "operate").identify(user("oscar", "operate")))
                .contains(new Principal("oscar", Role.OPERATOR));
        assertThat(Access.ofContainer("look", "operate").identify(user("eve", "other")))
                .isEmpty();
    }

    private static Access.Request user(String name, String role) {
        return new Access.Request() {
            @Override
            public List<String> headers(String header) {
                return List.of();
            }

            @Override
            public String remoteAddress() {
                return "192.0.2.1";
            }

            @Override
            public boolean isLocal() {
                return false;
            }

            @Override
            public Optional<String> userName() {
                return Optional.of(name);
            }

            @Override
            public boolean isUserInRole(String asked) {
                return role.equals(asked);
            }
        };
    }

    @Test
    void streamsEndWithTheDashboard() throws Exception {
        Browser browser = new Browser(start(TestDashboard.open(folder, options -> options)), "/tools/brain");
        Thread closing = new Thread(() -> {
            while (!world.dashboard.application().live().isWatched()) {
                Thread.onSpinWait();
            }
            world.dashboard.close();
        });
        closing.start();
        Answer stream = browser.get("/events");
        closing.join();
        assertThat(stream.header("Content-Type").orElseThrow()).startsWith("text/event-stream");
        assertThat(stream.body()).contains("retry: 3000");
    }
}
