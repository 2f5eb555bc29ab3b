package dev.brain.bench.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.brain.Brain;
import dev.brain.bench.measurement.Benchmark;
import dev.brain.bench.measurement.Goal;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.error.BrainException;
import dev.brain.examples.demo.CaseGenerator;
import dev.brain.examples.demo.CaseSystem;
import dev.brain.examples.intranet.Intranet;
import dev.brain.examples.intranet.IntranetUser;
import dev.brain.site.Site;
import dev.brain.sqlite.SqliteStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench web}: the contenders take turns in each round, each with cases of its own. */
@Command(
        name = "web",
        description = "Measures claims by web page beside straight Playwright loops, on an intranet with latency.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class WebBenchmark extends Benchmark {
    private static final String PASSWORD = "demo-inventada";
    private static final String ROBOT = "Robot del Despacho";
    /** Claims before the clock runs: enough that all lanes have a browser and are logged in. */
    private static final int WARM_UP = 8;

    private static final List<String> QUIET = List.of(
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run");

    @Option(names = "--claims", paramLabel = "N", defaultValue = "60", description = "Claims in a measurement.")
    private int claims;

    @Option(names = "--fresh", paramLabel = "N", defaultValue = "5", description = "Claims with a browser each.")
    private int fresh;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "Rounds; medians count.")
    private int rounds;

    @Option(names = "--latency", paramLabel = "MS", defaultValue = "15", description = "The latency of each request.")
    private int latency;

    private Path folder = Path.of("");
    private Path browser = Path.of("");
    private long nextId = 1;

    public WebBenchmark() {}

    private interface Measurement {
        double secondsPerClaim() throws IOException, SQLException;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        browser = browser();
        folder = Files.createTempDirectory("brain-bench-web");
        Path file = folder.resolve("cases.db");
        CaseSystem.create(file, new CaseGenerator(1), 0).close();
        try (Intranet intranet =
                        Intranet.start(file, List.of(new IntranetUser("robot@despacho.example", PASSWORD, ROBOT)));
                Connection cases = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            intranet.latency(Duration.ofMillis(latency));
            Map<String, Measurement> all = new LinkedHashMap<>();
            all.put("hand-written loop, one login", () -> handWritten(intranet, cases, claims, false));
            all.put("Brain, ui, 1 lane", () -> brain(intranet, cases, "ui", 1));
            all.put("Brain, ui, 2 lanes", () -> brain(intranet, cases, "ui", 2));
            all.put("Brain, form, 1 lane", () -> brain(intranet, cases, "form", 1));
            all.put("Brain, form, 2 lanes", () -> brain(intranet, cases, "form", 2));
            all.put("hand-written loop, a browser and a login each", () -> handWritten(intranet, cases, fresh, true));
            Map<String, List<Double>> seconds = new LinkedHashMap<>();
            for (int round = 1; round <= rounds; round++) {
                for (Map.Entry<String, Measurement> entry : all.entrySet()) {
                    seconds.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                            .add(entry.getValue().secondsPerClaim());
                }
            }
            return tell(seconds);
        } finally {
            delete(folder);
        }
    }

    private int tell(Map<String, List<Double>> seconds) {
        PrintWriter out = out();
        out.printf(
                Locale.ROOT,
                "%d claims, %d ms a request, median of %d rounds; starts and log-ins count where each claim has its own:%n",
                claims,
                latency,
                rounds);
        out.printf(Locale.ROOT, "%-48s %12s %14s%n", "", "ms a claim", "claims a min");
        seconds.forEach((name, list) ->
                out.printf(Locale.ROOT, "%-48s %12.1f %14.0f%n", name, 1000 * median(list), 60 / median(list)));
        double loop = median(seconds.getOrDefault("hand-written loop, one login", List.of()));
        double ui = median(seconds.getOrDefault("Brain, ui, 2 lanes", List.of()));
        double form = median(seconds.getOrDefault("Brain, form, 2 lanes", List.of()));
        double each = median(seconds.getOrDefault("hand-written loop, a browser and a login each", List.of()));
        return print(List.of(
                new Goal("ui : hand-written loop, time a claim", ui / loop, 1.25, false),
                new Goal("form : ui, claims a minute", ui / form, 3, true),
                new Goal("ui : a browser each, claims a minute", each / ui, 10, true),
                new Goal("form : a browser each, claims a minute", each / form, 10, true)));
    }

    // ---- Brain -----------------------------------------------------------------------------------------------------

    private double brain(Intranet intranet, Connection cases, String way, int lanes) throws IOException, SQLException {
        Path home = Files.createTempDirectory(folder, "home");
        Site site = Site.builder("bench")
                .referencePattern("\\d+/\\d{4}")
                .claim("web")
                .setting("profile", "recursos-intranet")
                .setting("query_organisme", "%BENCH%")
                .setting("filtro_texp", "2,3")
                .setting("pages", "recursos-intranet")
                .setting("web", Map.of("base", intranet.address(), "method", way, "lanes", lanes))
                .build();
        try (SqliteStore store = SqliteStore.open(home.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .environment(Environment.of(Map.of(
                                "BRAIN_HOME",
                                home.toString(),
                                "BRAIN_SOURCE_URL",
                                "jdbc:sqlite:" + folder.resolve("cases.db"),
                                "BRAIN_BROWSER",
                                browser.toString(),
                                "XVIA_EMAIL",
                                "robot@despacho.example",
                                "XVIA_PASSWORD",
                                PASSWORD)))
                        .queue(store)
                        .site(site)
                        .maxClaims(claims)
                        .batchSize(claims)
                        .build()) {
            cycle(brain, cases, WARM_UP);
            return cycle(brain, cases, claims) / claims;
        }
    }

    /** Seconds that a cycle takes. */
    private double cycle(Brain brain, Connection cases, int count) throws SQLException {
        free(cases, count);
        long began = System.nanoTime();
        CycleReport report = brain.runCycle();
        double seconds = (System.nanoTime() - began) / 1e9;
        if (report.enqueued() != count || report.errorCount() > 0) {
            throw new BrainException("Brain did not claim all: " + report);
        }
        return seconds;
    }

    // ---- what one would write by hand ------------------------------------------------------------------------------

    private double handWritten(Intranet intranet, Connection cases, int count, boolean each) throws SQLException {
        if (!each) {
            return loop(intranet, cases, WARM_UP, count) / count;
        }
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            loop(intranet, cases, 0, 1);
        }
        return (System.nanoTime() - began) / 1e9 / count;
    }

    /** Seconds that the claims after the first ones take. */
    private double loop(Intranet intranet, Connection cases, int warmUp, int count) throws SQLException {
        List<String> arguments = new ArrayList<>(QUIET);
        if ("root".equals(System.getProperty("user.name"))) {
            arguments.add("--no-sandbox");
        }
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser chromium = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(browser)
                                .setArgs(arguments));
                BrowserContext context = chromium.newContext()) {
            Page page = context.newPage();
            page.navigate(intranet.address() + "/login");
            page.locator("input[name=email]").fill("robot@despacho.example");
            page.locator("input[name=password]").fill(PASSWORD);
            page.locator("form button[type=submit]").click();
            page.waitForURL("**/home");
            claim(intranet, page, cases, free(cases, warmUp));
            List<String> numbers = free(cases, count);
            long began = System.nanoTime();
            claim(intranet, page, cases, numbers);
            return (System.nanoTime() - began) / 1e9;
        }
    }

    private static void claim(Intranet intranet, Page page, Connection cases, List<String> numbers)
            throws SQLException {
        for (String number : numbers) {
            page.navigate(intranet.address() + "/servicio/recursos/telematicos?Estado=0&Expedient="
                    + URLEncoder.encode(number, StandardCharsets.UTF_8));
            page.locator("#recursos_pend tbody tr")
                    .filter(new Locator.FilterOptions().setHasText(number))
                    .locator("button[data-id]")
                    .click();
            page.locator("#modal-asignar button[type=submit]").click();
            page.locator(".alert-success").waitFor();
            if (!isOurs(cases, number)) {
                throw new BrainException("the loop did not claim " + number);
            }
        }
    }

    private static boolean isOurs(Connection cases, String number) throws SQLException {
        try (PreparedStatement statement =
                cases.prepareStatement("SELECT UsuarioAsignado FROM RecursosExp WHERE Expedient = ? AND Estado = 1")) {
            statement.setString(1, number);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && ROBOT.equals(row.getString(1));
            }
        }
    }

    /** Cases that nobody has claimed yet; those of earlier measurements are done. */
    private List<String> free(Connection cases, int count) throws SQLException {
        List<String> numbers = new ArrayList<>();
        try (Statement done = cases.createStatement();
                PreparedStatement statement = cases.prepareStatement(
                        "INSERT INTO RecursosExp (idRecurso, idExp, automatic_id, numclient, Expedient, Organisme, TExp,"
                                + " Estado, SujetoRecurso, FaseProcedimiento, FAlta)"
                                + " VALUES (?,1,1,1,?,'BENCH',2,0,'Fulana','Denuncia','2026-01-07 08:00:00')")) {
            done.execute("PRAGMA busy_timeout = 5000");
            done.executeUpdate("UPDATE RecursosExp SET Estado = 2");
            for (int i = 0; i < count; i++) {
                String number = String.format(Locale.ROOT, "%06d/2026", nextId);
                statement.setLong(1, nextId++);
                statement.setString(2, number);
                statement.executeUpdate();
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static Path browser() {
        String named = System.getenv("BRAIN_BROWSER");
        return Stream.concat(
                        Stream.ofNullable(named),
                        Stream.of("/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/microsoft-edge"))
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new BrainException("there is no browser: set BRAIN_BROWSER to the path of one"));
    }
}
