package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.check.Finding;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Brain that claims through a fake intranet in a real browser, with its page file, queue and evidence in a folder. */
final class FakeOffice implements AutoCloseable {
    static final String SITE = "fake";

    private static final String PROFILE = """
            {"name": "work", "table": "work", "id": "id", "reference": "ref", "columns": ["subject"],
             "free": "state = 'free'", "owner": "holder", "ours": "state = 'taken'",
             "claim": {"state": "taken", "holder": ":claimant"}, "release": {"state": "free", "holder": null},
             "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}}
            """;

    /** The page file of an intranet that nothing is overridden of. */
    static final String PAGES = """
            {
              "name": "fake",
              "login": {"address": "/login", "account": {"css": "input[name=account]"},
                        "password": {"css": "input[name=password]"}, "button": {"css": "form button"},
                        "failed": {"css": ".bad"}},
              "user": {"address": "/home", "name": {"css": "#user"}},
              "claim": {
                "address": "/list?q={reference}",
                "row": {"css": "#cases tbody tr"},
                "number": {"css": "td.ref"},
                "id": {"css": "tr", "attribute": "id"},
                "press": [{"click": {"role": "button", "name": "Assign to me"}, "in": "row"}],
                "answer": {"won": {"css": ".ok"}, "error": {"css": ".bad"}}
              }
            }
            """;

    final FakeIntranet intranet;
    final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Object> web = new LinkedHashMap<>();
    private String pages = PAGES;
    private String pattern = ".+";
    private List<Duration> delays =
            Stream.of(50, 100, 200).map(Duration::ofMillis).toList();

    FakeOffice(Path folder, Function<Path, FakeIntranet> intranet) {
        this.folder = folder;
        this.intranet = intranet.apply(folder);
        this.intranet.start();
        web.put("base", this.intranet.address());
        web.put("lanes", 1);
        environment.putAll(System.getenv());
        environment.put("BRAIN_HOME", folder.toString());
        environment.put("BRAIN_SOURCE_URL", this.intranet.url());
        environment.put("XVIA_EMAIL", FakeIntranet.ACCOUNT);
        environment.put("XVIA_PASSWORD", FakeIntranet.PASSWORD);
        write("profiles/work.json", PROFILE);
    }

    private void write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    FakeOffice set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** A key of the site's setting {@code web}. */
    FakeOffice web(String key, Object value) {
        web.put(key, value);
        return this;
    }

    /** Changes a part of the page file, which must have it. */
    FakeOffice pages(String part, String other) {
        assertThat(pages).contains(part);
        pages = pages.replace(part, other);
        return this;
    }

    /** The pattern that a case's number must match. */
    FakeOffice pattern(String regex) {
        pattern = regex;
        return this;
    }

    FakeOffice delays(Duration... readBack) {
        delays = List.of(readBack);
        return this;
    }

    Site site() {
        return Site.builder(SITE)
                .referencePattern(pattern)
                .claim("web")
                .setting("profile", "work")
                .setting("pages", "fake")
                .setting("web", Map.copyOf(web))
                .build();
    }

    /** What a cycle did, and what is in the queue since. */
    record Outcome(CycleReport report, List<Task> tasks, List<Incident> incidents) {
        SiteReport site() {
            return report.sites().get(0);
        }

        List<String> errors() {
            return site().errors();
        }

        Set<IncidentCode> codes() {
            return incidents.stream().map(incident -> incident.report().code()).collect(Collectors.toSet());
        }

        /** The resources of the tasks that workers see. */
        Set<Long> queued() {
            return tasks.stream()
                    .filter(task -> task.status() == TaskStatus.PENDING)
                    .map(task -> Long.valueOf(String.valueOf(task.resourceId())))
                    .collect(Collectors.toSet());
        }
    }

    /** One run of a process: a Brain goes through a cycle and is closed. */
    Outcome run() {
        return with(this::cycle);
    }

    /** One cycle of a Brain that stays. */
    Outcome cycle(Running running) {
        CycleReport report = running.brain().runCycle();
        assertThat(intranet.failures).isEmpty();
        return new Outcome(
                report,
                running.store().operations().list(TaskFilter.newest(1_000)),
                running.store().incidents().list(Set.of(), true, 1_000));
    }

    List<Finding> check() {
        return with(running -> running.brain().operations().check(site()));
    }

    /** A Brain with the queue that it has. */
    record Running(Brain brain, SqliteStore store) {}

    /** Action something with a Brain that is closed then. */
    <T> T with(Function<Running, T> work) {
        write("pages/fake.json", pages);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .environment(Environment.of(environment))
                        .queue(store)
                        .site(site())
                        .readBackDelays(delays)
                        .build()) {
            return work.apply(new Running(brain, store));
        }
    }

    /** Whether a process is a driver of a browser. */
    static boolean isDriver(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("run-driver");
    }

    /** The texts of all evidence that was kept. */
    List<String> evidence() {
        Path kept = folder.resolve("evidence");
        if (!Files.exists(kept)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(kept)) {
            return files.filter(file -> file.endsWith("page.txt"))
                    .sorted()
                    .map(FakeOffice::text)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        intranet.close();
    }
}
