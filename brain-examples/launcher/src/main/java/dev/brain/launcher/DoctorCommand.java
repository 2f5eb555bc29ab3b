package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.check.Finding.Level;
import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.notification.Webhook;
import dev.brain.jdbc.Database;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code brain doctor} */
@Command(
        name = "doctor",
        header = "Check everything that Brain needs, and report what is wrong and how to correct it.",
        description = "%nWrites nothing. The exit status is 1 if there is an error. The end says what a Brain that runs"
                + " unattended needs as well.",
        footer = {"", "Example:", "  brain doctor --sqlite-db db/xaloc_database.db"})
final class DoctorCommand extends BrainCommand {
    /** What is wrong in the environment itself, before anything is checked. */
    private final List<ConfigurationException> unreadable = new ArrayList<>();

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Mixin
    private final JsonOption json = new JsonOption();

    /** Goes on after what is wrong, which is one of the findings. */
    @Override
    void prepare() {
        launcher().environment(unreadable::add);
        try {
            super.prepare();
        } catch (ConfigurationException e) {
            unreadable.add(e);
        }
    }

    @Override
    protected int run() {
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        Map<String, Map<String, Long>> tasks = Map.of();
        findings.put("environment", environmentFindings());
        findings.put("folder", folderFindings());
        findings.put("source", List.of(sourceFinding()));
        try (Store store = queue.lookAt(environment())) {
            List<Site> sites = store.sites().sites();
            tasks = store.operations().counts();
            findings.put("queue", queueFindings(store, sites));
            findings.putAll(siteFindings(store));
            for (Finding unreadable : store.sites().check()) {
                findings.put("site " + unreadable.subject(), List.of(Finding.error("row", unreadable.message())));
            }
        } catch (BrainException e) {
            findings.put("queue", List.of(Finding.error("file", e.problem())));
        }
        List<String> gaps =
                ServiceGaps.of(environment(), launcher().home(), queue.file(environment()), tasks, Instant.now());
        if (json.isSet()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ObjectNode checks = object.putObject("checks");
            findings.forEach((where, list) -> FindingsPrinter.put(checks.putArray(where), list));
            gaps.forEach(object.putArray("service")::add);
            JsonOption.print(out(), FindingsPrinter.putCounts(object, findings));
        } else {
            FindingsPrinter.print(findings, out());
            if (!gaps.isEmpty()) {
                out().println();
                out().println("As a service, this Brain lacks:");
                gaps.forEach(gap -> out().println("  " + gap));
            }
        }
        return FindingsPrinter.status(findings);
    }

    /** Shows names only, since a value may be a secret. */
    private List<Finding> environmentFindings() {
        List<Finding> findings = new ArrayList<>();
        Environment environment = environment();
        List<String> set = Variables.KNOWN.stream()
                .filter(name -> environment.get(name).isPresent())
                .toList();
        findings.add(Finding.ok("variables", set.isEmpty() ? "none is set" : "set: " + String.join(", ", set)));
        unreadable.forEach(problem -> findings.add(Finding.error("variables", problem.problem())));
        Variables.unknown(environment).forEach(message -> findings.add(Finding.warning("variables", message)));
        for (String name : List.of("BRAIN_SYNC_INTERVAL", "BRAIN_MAX_CLAIMS")) {
            try {
                environment.integer(name, 1, 1);
            } catch (ConfigurationException e) {
                findings.add(Finding.error(name, String.valueOf(e.getMessage())));
            }
        }
        findings.addAll(Webhook.check(environment));
        return findings;
    }

    private Finding homeFinding() {
        Path home = launcher().home().toAbsolutePath().normalize();
        return Files.isDirectory(home) && Files.isWritable(home)
                ? Finding.ok("home", home + ", for logs and plug-ins")
                : Finding.error(
                        "home", "no file can be written in " + home + "; set BRAIN_HOME to a folder of this user");
    }

    private List<Finding> folderFindings() {
        List<Finding> findings = new ArrayList<>(List.of(homeFinding()));
        try {
            Map<String, List<Finding>> plugins = launcher().plugins().findings();
            findings.add(Finding.ok(
                    "plug-ins", plugins.isEmpty() ? "none in plugins/" : String.join(", ", plugins.keySet())));
            plugins.forEach((jar, found) -> found.stream()
                    .filter(finding -> finding.level() != Level.OK)
                    .forEach(finding ->
                            findings.add(new Finding(finding.level(), "plug-ins", jar + ": " + finding.message()))));
        } catch (ConfigurationException e) {
            findings.add(Finding.error("plug-ins", String.valueOf(e.getMessage())));
        }
        Path home = launcher().home();
        Stream.of(
                        Path.of(".env"),
                        home.resolve(".env"),
                        home.resolve("logs"),
                        home.resolve("evidence"),
                        home.resolve("sessions"))
                .map(path -> path.toAbsolutePath().normalize())
                .distinct()
                .map(OpenFiles::warning)
                .flatMap(Optional::stream)
                .forEach(findings::add);
        return findings;
    }

    private Finding sourceFinding() {
        try (Database database = Database.open(new ProviderContext(
                environment(), Clock.systemUTC(), launcher().plugins().loaders()))) {
            try (Connection connection = database.dataSource().getConnection()) {
                return connection.isValid(5)
                        ? Finding.ok("connection", database.location())
                        : Finding.error("connection", database.location() + " doesn't answer; see that it runs");
            } catch (SQLException e) {
                return Finding.error(
                        "connection",
                        "cannot connect to " + database.location() + ": "
                                + database.dialect().describe(e) + "; "
                                + database.dialect()
                                        .advice(e)
                                        .orElse(
                                                "check that it can be reached from this machine, and check user and password"));
            }
        } catch (BrainException e) {
            return Finding.error("connection", e.problem());
        }
    }

    private List<Finding> queueFindings(Store store, List<Site> sites) {
        List<Finding> findings = new ArrayList<>();
        queue.file(environment()).ifPresent(file -> findings.addAll(fileFindings(file)));
        findings.addAll(store.check());
        Map<String, Long> tasks = store.operations().counts().values().stream()
                .flatMap(byStatus -> byStatus.entrySet().stream())
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, TreeMap::new, Collectors.summingLong(Map.Entry::getValue)));
        findings.add(Finding.ok(
                "tasks",
                tasks.isEmpty()
                        ? "none"
                        : tasks.entrySet().stream()
                                .map(entry -> entry.getValue() + " " + DisplayText.status(entry.getKey()))
                                .collect(Collectors.joining(", "))));
        RestoredQueue.of(store).ifPresent(restored -> findings.add(Finding.warning("restored", restored.text())));
        int unsettled = store.queue().unsettled().size();
        if (unsettled > 0) {
            findings.add(Finding.warning(
                    "tasks",
                    DisplayText.count(unsettled, "claim")
                            + " of an earlier run not settled; the next 'brain run' does that"));
        }
        int open = store.incidents().list(Set.of(), true, 1_000).size();
        findings.add(
                open == 0
                        ? Finding.ok("incidents", "none is open")
                        : Finding.warning(
                                "incidents",
                                DisplayText.count(open, "incident") + " open; see 'brain incidents list'"));
        findings.add(sitesFinding(sites));
        return findings;
    }

    private static List<Finding> fileFindings(Path named) {
        List<Finding> findings = new ArrayList<>();
        Path file = named.toAbsolutePath().normalize();
        findings.add(
                Files.isWritable(file)
                        ? Finding.ok("file", file.toString())
                        : Finding.error("file", file + " can't be written; let this user write it"));
        Stream.of("", "-wal", "-shm", "-journal")
                .map(suffix -> OpenFiles.warning(Path.of(file + suffix)))
                .flatMap(Optional::stream)
                .forEach(findings::add);
        return findings;
    }

    private Finding sitesFinding(List<Site> sites) {
        if (sites.isEmpty()) {
            return Finding.error("sites", "there are none; import some with 'brain sites import FILE'");
        }
        long active = sites.stream().filter(Site::active).count();
        if (active == 0) {
            return Finding.warning("sites", "none of " + sites.size() + " is active; see 'brain sites enable'");
        }
        try {
            SiteChoice.of(sites, List.of(), environment());
        } catch (ConfigurationException e) {
            return Finding.error("sites", e.problem());
        }
        return Finding.ok("sites", DisplayText.count(sites.size(), "site") + ", " + active + " active");
    }

    private Map<String, List<Finding>> siteFindings(Store store) {
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        try (BrainSession session =
                BrainSession.open(environment(), launcher().plugins(), store, List.of(), builder -> builder)) {
            Map<String, SiteState> states = store.operations().siteStates().stream()
                    .collect(Collectors.toMap(SiteState::siteId, state -> state));
            for (Site site : session.sites()) {
                List<Finding> found =
                        new ArrayList<>(session.brain().operations().check(site));
                pauseFinding(site, states.get(site.id())).ifPresent(found::add);
                SiteHours.of(site, Instant.now()).ifPresent(hours -> found.add(Finding.ok("hours", hours)));
                findings.put(
                        "site " + site.id(),
                        site.active()
                                ? found
                                : found.stream().map(DoctorCommand::ofInactive).toList());
            }
        } catch (BrainException e) {
            findings.put("sites", List.of(Finding.error("plug-ins", String.valueOf(e.getMessage()))));
        }
        return findings;
    }

    private static Optional<Finding> pauseFinding(Site site, @Nullable SiteState state) {
        String resume = "; 'brain sites resume " + site.id() + "' ends the pause";
        if (state != null && state.paused()) {
            return Optional.of(Finding.warning(
                    "pause", "it is paused: cycles claim nothing for it, and workers do not take its tasks" + resume));
        }
        if (state != null && state.failures() > 0 && state.failures() >= breakerFailures(site)) {
            return Optional.of(Finding.warning(
                    "pause",
                    "its tasks failed " + DisplayText.count(state.failures(), "time")
                            + " in a row, so workers do not take them for a while" + resume));
        }
        return Optional.empty();
    }

    private static int breakerFailures(Site site) {
        try {
            int failures = SiteLimits.of(site.id(), site.settings()).breaker().failures();
            return failures == 0 ? Integer.MAX_VALUE : failures;
        } catch (ConfigurationException e) {
            // the check of the site's limits reports it
            return Integer.MAX_VALUE;
        }
    }

    /** Errors of an inactive site are warnings. */
    private static Finding ofInactive(Finding finding) {
        return finding.level() == Level.ERROR
                ? Finding.warning(finding.subject(), finding.message() + " (the site isn't active)")
                : finding;
    }
}
