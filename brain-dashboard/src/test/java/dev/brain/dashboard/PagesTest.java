package dev.brain.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.Browser.Answer;
import dev.brain.history.History;
import dev.brain.history.History.Event;
import dev.brain.incident.Incident;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each page and each action, by plain requests. */
class PagesTest {
    private static final Pattern ROW = Pattern.compile("<th scope=\"row\" class=\"number\"><a href=\"/tasks/(\\d+)\">");

    @TempDir
    private Path folder;

    private TestDashboard world;
    private Browser browser;

    @BeforeEach
    void open() {
        world = TestDashboard.open(folder, options -> options.operating(true));
        InventedWork.fill(world.store, world.clock, world.evidence);
        browser = world.browser();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private String page(String path) {
        Answer answer = browser.open(path);
        assertThat(answer.status()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static List<Long> rows(String page) {
        return ROW.matcher(page)
                .results()
                .map(row -> Long.parseLong(row.group(1)))
                .toList();
    }

    private Task one(TaskStatus status) {
        return world.store
                .operations()
                .list(new TaskFilter(Set.of(), Set.of(status), null, 1))
                .get(0);
    }

    private TaskStatus status(Task task) {
        return world.store.operations().find(task.id()).orElseThrow().status();
    }

    private History.Entry newest(Task task) {
        return world.store.history().list(History.Filter.ofTask(task.id(), 1)).get(0);
    }

    @Test
    void overviewShowsEverySite() {
        String page = page("/");
        assertThat(page).contains(InventedWork.SITES).contains("LOGIN_FAILED", "robot-1", "Last cycle", "<svg");
        assertThat(page).contains("is paused: no worker takes its tasks");
        assertThat(page).contains("/tasks?view=held&amp;site=taxes");
    }

    @Test
    void everyPageIsThereInEveryLanguage() {
        Task task = one(TaskStatus.FAILED);
        for (String language : List.of("en", "es", "ca")) {
            browser.get("/?lang=" + language);
            for (String path : List.of(
                    "/",
                    "/tasks",
                    "/tasks/" + task.id(),
                    "/tasks/" + task.id() + "/retry",
                    "/tasks/bulk?action=retry&all=1&view=failed",
                    "/incidents?state=all",
                    "/incidents/1",
                    "/sites",
                    "/sites/taxes",
                    "/sites/taxes/settings",
                    "/workers",
                    "/cycles",
                    "/cycles/1",
                    "/history")) {
                assertThat(page(path)).as(path).contains("<html lang=\"" + language + "\"");
            }
        }
    }

    @Test
    void tasksAreFoundAndFiltered() {
        String held = page("/tasks?view=held&site=taxes");
        assertThat(rows(held)).hasSize(3);
        assertThat(held).contains("the amount is above 10,000");
        Task task = one(TaskStatus.PENDING);
        assertThat(rows(page("/tasks?find=" + task.reference()))).containsExactly(task.id());
        assertThat(rows(page("/tasks?due=%2B999999999-12-31"))).isEqualTo(rows(page("/tasks")));
        assertThat(rows(page("/tasks?find=" + task.resourceId().value()))).containsExactly(task.id());
        assertThat(rows(page("/tasks?text=form%20is%20closed"))).hasSize(1);
        assertThat(page("/tasks?find=nothing")).contains("No task matches");
        assertThat(page("/tasks?view=nonsense&after=nonsense&due=nonsense")).contains("Not ended");
    }

    @Test
    void aLongListHasPages() {
        String first = page("/tasks?view=all");
        Matcher next = Pattern.compile("href=\"/tasks(\\?view=all&amp;after=\\d+)\" rel=\"next\"")
                .matcher(first);
        assertThat(next.find()).isTrue();
        String second = page("/tasks" + next.group(1).replace("&amp;", "&"));
        assertThat(rows(first)).hasSize(50);
        assertThat(rows(second)).hasSize(50).doesNotContainAnyElementsOf(rows(first));
        assertThat(second).contains("First page");
    }

    @Test
    void aTaskShowsItsWayAndKeepsItsDataMasked() {
        Task task = world.store
                .operations()
                .list(new TaskFilter(Set.of("taxes"), Set.of(TaskStatus.FAILED), null, 1))
                .get(0);
        String page = page("/tasks/" + task.id());
        assertThat(page)
                .contains("FORM_CLOSED", "taken by a worker", "sujeto_recurso", "log in", "<img class=\"evidence\"")
                .doesNotContain("Nobody Invented");
        assertThat(page("/tasks/" + task.id() + "?show=payload")).contains("Nobody Invented");
        Matcher image =
                Pattern.compile("<img class=\"evidence\" src=\"([^\"]*)\"").matcher(page);
        assertThat(image.find()).isTrue();
        assertThat(browser.get(image.group(1).replace("&amp;", "&")).header("Content-Type"))
                .contains("image/png");
        assertThat(browser.get("/tasks/999999").status()).isEqualTo(404);
        assertThat(browser.get("/tasks/x").status()).isEqualTo(404);
    }

    @Test
    void anActionSaysWhatItWillDoAndIsDoneByThePrincipal() {
        Task failed = one(TaskStatus.FAILED);
        assertThat(page("/tasks/" + failed.id() + "/retry")).contains("The task becomes ready again");
        assertThat(status(failed)).isEqualTo(TaskStatus.FAILED);
        Answer answer = browser.post("/tasks/" + failed.id() + "/retry");
        assertThat(answer.header("Location")).contains("/tasks/" + failed.id());
        assertThat(page("/tasks/" + failed.id())).contains("is ready again");
        assertThat(status(failed)).isEqualTo(TaskStatus.PENDING);
        assertThat(newest(failed).event()).isEqualTo(Event.RETRIED);
        assertThat(newest(failed).actor().name()).isEqualTo(System.getProperty("user.name"));
        browser.post("/tasks/" + failed.id() + "/hold", "note", "look at it first");
        assertThat(page("/tasks/" + failed.id())).contains("look at it first");
        browser.post("/tasks/" + failed.id() + "/approve", "note", "fine");
        assertThat(status(failed)).isEqualTo(TaskStatus.PENDING);
        browser.post("/tasks/" + failed.id() + "/cancel");
        assertThat(status(failed)).isEqualTo(TaskStatus.CANCELLED);
        browser.post("/tasks/" + failed.id() + "/approve");
        assertThat(page("/tasks/" + failed.id())).contains("Nothing was changed");
        browser.post("/tasks/" + failed.id() + "/unblock");
        assertThat(newest(failed).event()).isEqualTo(Event.UNBLOCKED);
    }

    @Test
    void aBulkActionHasAResultForEachTask() {
        Task failed = one(TaskStatus.FAILED);
        Task pending = one(TaskStatus.PENDING);
        page("/tasks/bulk?action=retry&task=" + failed.id() + "&task=" + pending.id());
        String chosen = finished(browser.post(
                "/tasks/bulk",
                "action",
                "retry",
                "task",
                String.valueOf(failed.id()),
                "task",
                String.valueOf(pending.id())));
        assertThat(chosen).contains("1 done, 1 refused.", "its status is “ready”");
        assertThat(status(failed)).isEqualTo(TaskStatus.PENDING);
        assertThat(page("/tasks/bulk?action=cancel&all=1&view=held&site=taxes"))
                .contains("These 3 tasks match", "name=\"view\" value=\"held\"");
        String all =
                finished(browser.post("/tasks/bulk", "action", "cancel", "all", "1", "view", "held", "site", "taxes"));
        assertThat(all).contains("3 done, 0 refused.");
        assertThat(rows(page("/tasks?view=held"))).isEmpty();
        assertThat(page("/tasks/bulk?action=retry")).contains("No task was chosen");
        assertThat(browser.get("/tasks/bulk?action=hold&task=1").status()).isEqualTo(400);
    }

    private String finished(Answer started) {
        String path = started.header("Location").orElseThrow();
        String page = page(path);
        while (page.contains("It is going on.")) {
            Thread.onSpinWait();
            page = page(path);
        }
        return page;
    }

    @Test
    void anIncidentIsAssignedNotedAndResolved() {
        Incident incident =
                world.store.incidents().list(Set.of("parks"), true, 1).get(0);
        String path = "/incidents/" + incident.id();
        assertThat(page("/incidents?code=payload_invalid"))
                .contains("the case has no document")
                .doesNotContain("LOGIN");
        assertThat(page(path)).contains("Complete the case in the system of record");
        browser.post(path + "/assign", "assignee", "Nora");
        assertThat(page("/incidents?assignee=nora")).contains("the case has no document");
        browser.post(path + "/note", "note", "asked the client");
        browser.post(path + "/resolve", "note", "document added");
        assertThat(page(path)).contains("The incident is resolved", "asked the client", "document added");
        assertThat(page("/incidents")).doesNotContain("the case has no document");
        assertThat(page("/incidents?state=all")).contains("the case has no document");
        browser.post(path + "/resolve");
        assertThat(page(path)).contains("no longer open");
    }

    @Test
    void aSiteIsPausedAndDisabled() {
        assertThat(page("/sites/taxes")).contains("Mon-Sun 07:00-22:00", "candidates", "max_concurrent");
        browser.post("/sites/taxes/pause", "from", "site");
        assertThat(world.isPaused("taxes")).isTrue();
        browser.post("/sites/taxes/disable", "from", "site");
        assertThat(page("/sites/taxes")).contains("taxes is inactive");
        assertThat(browser.get("/sites/nowhere").status()).isEqualTo(404);
    }

    @Test
    void workersCyclesAndHistoryAreShown() {
        assertThat(page("/workers")).contains("robot-1", "Lease until");
        assertThat(page("/cycles")).contains("/cycles/2");
        assertThat(page("/cycles/2")).contains("connection refused");
        assertThat(page("/history?person=Nora")).contains("incident assigned").doesNotContain("robot-1");
        assertThat(page("/history?site=water")).contains("site paused").doesNotContain("/sites/taxes");
    }

    @Test
    void aReadOnlyDashboardHasNoButtons() {
        try (TestDashboard readOnly = TestDashboard.open(folder.resolve("other"), options -> options)) {
            Browser viewer = readOnly.browser();
            for (String path : List.of("/", "/tasks", "/incidents", "/sites", "/sites/harbour")) {
                assertThat(viewer.get(path).body()).as(path).doesNotContain("method=\"post\"", "type=\"checkbox\"");
            }
            assertThat(viewer.post("/sites/harbour/pause").status()).isEqualTo(403);
        }
    }
}
