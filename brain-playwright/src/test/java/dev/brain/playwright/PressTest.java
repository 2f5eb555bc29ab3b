package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.incident.IncidentCode;
import dev.brain.playwright.FakeOffice.Outcome;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is pressed in a list that does not hold still, and what counts as the press's own answer. */
class PressTest {
    /** Places that the browser itself can't find: the list is read through Playwright's locators. */
    private static final String BY_ROLE = "\"number\": {\"role\": \"cell\", \"name\": \"{reference}\"}";

    private static final String BY_CSS = "\"number\": {\"css\": \"td.ref\"}";
    private static final String ID = "\"id\": {\"css\": \"tr\", \"attribute\": \"id\"},";

    @TempDir
    private Path folder;

    private FakeOffice office(Function<Path, FakeIntranet> intranet) {
        return new FakeOffice(folder, intranet);
    }

    /** A list that a script draws, whose buttons post by script; {@code live} is what makes it change. */
    private static class LiveList extends FakeIntranet {
        private final String live;

        LiveList(Path folder, String live) {
            super(folder);
            this.live = live;
        }

        @Override
        void list(FakeRequest request) throws Exception {
            request.page("<table id=cases><tbody id=body></tbody></table><div id=said></div><script>"
                    + "const row = c => `<tr id='${c.id}'><td class=ref>${c.ref}</td><td><button onclick='go(this)'>"
                    + "Assign to me</button></td></tr>`;"
                    + "const draw = cases => body.innerHTML = cases.map(row).join('');"
                    + "async function go(button) { const id = button.closest('tr').id;"
                    + " const r = await (await fetch('/go', {method: 'POST', body: new URLSearchParams({id})})).json();"
                    + " said.innerHTML = r.ok ? '<p class=ok>Assigned.</p>' : '<p class=bad>Too late.</p>' }"
                    + "const wanted = {id: 101, ref: '1/2026'}, other = {id: 111, ref: '11/2026'};"
                    + live + "</script>");
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            if (request.path().equals("/go")) {
                request.json("{\"ok\": " + assign(Long.parseLong(request.field("id")), request.user()) + "}");
            } else {
                super.answer(request);
            }
        }
    }

    /** Redraws the list with the other case on top as soon as the pointer is over the wanted case's button. */
    private static final String REDRAWN =
            "draw([wanted]); body.addEventListener('mouseover', () => draw([other, wanted]), {once: true})";
    /** The same, but the elements stay: the first row is filled with the other case. */
    private static final String REUSED = "draw([wanted]); body.addEventListener('mouseover', () => {"
            + " const first = body.rows[0]; first.id = other.id; first.cells[0].textContent = other.ref;"
            + " body.insertAdjacentHTML('beforeend', row(wanted)) }, {once: true})";
    /** The row is filled with the other case while the mouse button is down. */
    private static final String REUSED_BY_PRESS = "draw([wanted]); body.addEventListener('mousedown', () => {"
            + " const first = body.rows[0]; first.id = other.id; first.cells[0].textContent = other.ref }, {once: true})";
    /** Sorted anew, by moving the rows. */
    private static final String SORTED = "draw([wanted, other]); body.addEventListener('mouseover', () =>"
            + " body.append(body.rows[0]), {once: true})";
    /** Drawn with buttons that can't be pressed, and drawn anew a little later. */
    private static final String DISABLED =
            "draw([wanted]); body.querySelectorAll('button').forEach(b => b.disabled = true);"
                    + "setTimeout(() => draw([other, wanted]), 500)";

    /** The whole document is written anew, which removes all listeners. */
    private static final String REWRITTEN = "draw([wanted]); body.addEventListener('mouseover', () => {"
            + " const rows = [other, wanted].map(row).join(''); document.write('<span id=user>BOT</span><table id=cases>"
            + "<tbody id=body>' + rows + '</tbody></table><div id=said></div>'); document.close() }, {once: true})";

    @ParameterizedTest
    @ValueSource(strings = {REDRAWN, REUSED, SORTED, DISABLED, REWRITTEN})
    @Tag("slow")
    void aListThatChangesUnderThePointerNeverLeadsToAPressOnAnotherCase(String live) {
        for (String number : new String[] {BY_CSS, BY_ROLE}) {
            for (String id : new String[] {ID, ""}) {
                Path own = folder.resolve(number.hashCode() + "x" + id.length());
                assertThat(own.toFile().mkdirs()).isTrue();
                try (FakeOffice office = new FakeOffice(own, at -> new LiveList(at, live))) {
                    office.pages(BY_CSS, number).pages(ID, id).pattern("1/2026");
                    office.intranet.add(101, "1/2026");
                    office.intranet.add(111, "11/2026");
                    Outcome outcome = office.run();

                    assertThat(office.intranet.pressed())
                            .as("%s, %s: %s", number, id, outcome)
                            .containsOnly(101L);
                    assertThat(outcome.errors()).isEmpty();
                    assertThat(outcome.queued()).containsExactly(101L);
                }
            }
        }
    }

    @Test
    @Tag("slow")
    void aRowThatBecomesAnotherCasesWhileTheMouseIsDownIsNotPressed() {
        try (FakeOffice office = office(at -> new LiveList(at, REUSED_BY_PRESS))) {
            office.pattern("1/2026");
            office.intranet.add(101, "1/2026");
            office.intranet.add(111, "11/2026");
            Outcome outcome = office.run();

            assertThat(office.intranet.pressed()).as("%s", outcome).doesNotContain(111L);
            assertThat(outcome.errors()).isNotEmpty();
            assertThat(outcome.queued()).isEmpty();
        }
    }

    /** A list that is loaded again with another case on top before the mouse button goes down on the wanted one. */
    private static class ReloadingList extends FakeIntranet {
        private final boolean isFramed;
        private final AtomicInteger lists = new AtomicInteger();
        private final CountDownLatch reloaded = new CountDownLatch(1);

        ReloadingList(Path folder, boolean isFramed) {
            super(folder);
            this.isFramed = isFramed;
        }

        @Override
        void list(FakeRequest request) throws Exception {
            if (isFramed && request.query("in") == null) {
                request.page("<iframe width=900 height=600 src='/list?in=frame'></iframe>");
            } else if (lists.incrementAndGet() == 1) {
                request.page("<table id=cases><tbody>" + row(cases("1/2026").get(1)) + "</tbody></table><script>"
                        + "document.addEventListener('mouseover', () => { location.reload();"
                        + " const wait = new XMLHttpRequest(); wait.open('GET', '/reloaded', false); wait.send() },"
                        + " {once: true})</script>");
            } else {
                super.list(request);
                reloaded.countDown();
            }
        }

        @Override
        void other(FakeRequest request) throws Exception {
            reloaded.await();
            request.page("");
        }
    }

    @Test
    void aListThatIsReloadedUnderThePointerNeverLeadsToAPressOnAnotherCase() {
        assertTheWantedCaseIsPressed(false);
    }

    @Test
    @Tag("slow")
    void aListInAFrameThatIsReloadedUnderThePointerNeverLeadsToAPressOnAnotherCase() {
        assertTheWantedCaseIsPressed(true);
    }

    private void assertTheWantedCaseIsPressed(boolean isFramed) {
        try (FakeOffice office = office(at -> new ReloadingList(at, isFramed))) {
            if (isFramed) {
                office.pages("tbody tr\"}", "tbody tr\", \"frame\": {\"css\": \"iframe\"}}");
            }
            office.pattern("1/2026");
            office.intranet.add(99, "11/2026");
            office.intranet.add(101, "1/2026");
            Outcome outcome = office.run();

            assertThat(office.intranet.pressed()).as("%s", outcome).containsExactly(101L);
            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.queued()).containsExactly(101L);
        }
    }

    @Test
    @Tag("slow")
    void aNoticeThatCoversTheListIsDismissedWhileAPressIsUnderWay() {
        try (FakeOffice office = office(at -> new FakeIntranet(at) {
            @Override
            void list(FakeRequest request) throws Exception {
                request.page(table(request) + "<div id=notice style='position:fixed;inset:0;background:#fff' hidden>"
                        + "<button onclick='notice.remove()'>Accept all</button></div><script>"
                        + "document.addEventListener('mouseover', () => notice.hidden = false, {once: true})</script>");
            }
        })) {
            office.pages("\"user\":", "\"dismiss\": [{\"role\": \"button\", \"name\": \"Accept all\"}], \"user\":");
            office.intranet.cases(1);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.queued()).containsExactly(101L);
        }
    }

    /** Whoever asks for what this account may not use gets a 401, all the time. */
    private static class ChattyIntranet extends FakeIntranet {
        private final boolean byScript;

        ChattyIntranet(Path folder, boolean byScript) {
            super(folder);
            this.byScript = byScript;
        }

        @Override
        void list(FakeRequest request) throws Exception {
            String message = flash.remove(request.session());
            request.page((message == null ? "" : message) + table(request) + "<div id=said></div><script>"
                    + "const poll = () => fetch('/chat').catch(() => 0); poll(); setInterval(poll, 50);"
                    + "async function go(id) {"
                    + " const r = await (await fetch('/go', {method: 'POST', body: new URLSearchParams({id})})).json();"
                    + " said.innerHTML = r.ok ? '<p class=ok>Assigned.</p>' : '<p class=bad>Too late.</p>' }"
                    + "</script>");
        }

        @Override
        String button(Case found) {
            return byScript ? "<button onclick='go(" + found.id() + ")'>Assign to me</button>" : super.button(found);
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            if (request.path().equals("/chat")) {
                request.send(401, "application/json", "{}");
            } else if (request.path().equals("/go") || request.path().equals("/assign")) {
                // as long as it takes for others to be refused meanwhile
                long refused = count("GET", "/chat");
                while (count("GET", "/chat") < refused + 5) {
                    Thread.onSpinWait();
                }
                if (request.path().equals("/go")) {
                    request.json("{\"ok\": " + assign(Long.parseLong(request.field("id")), request.user()) + "}");
                } else {
                    super.answer(request);
                }
            } else {
                super.answer(request);
            }
        }
    }

    @Test
    @Tag("slow")
    void aPageThatHearsOfEverythingFirstAndKeepsItIsPressedOnce() {
        String greedy =
                "draw([wanted]); for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])"
                        + " window.addEventListener(type, e => { e.stopImmediatePropagation();"
                        + " if (type === 'pointerdown') go(e.target) }, true)";
        try (FakeOffice office = office(at -> new LiveList(at, greedy))) {
            office.intranet.add(101, "1/2026");
            Outcome outcome = office.run();

            assertThat(outcome.errors()).isEmpty();
            assertThat(office.intranet.pressed()).containsExactly(101L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("slow")
    void aRefusalThatIsNotThePressesOwnIsNoRefusal(boolean byScript) {
        try (FakeOffice office = office(at -> new ChattyIntranet(at, byScript))) {
            office.intranet.cases(2);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).isEmpty();
            assertThat(office.intranet.pressed()).containsExactly(101L, 102L);
            assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
            assertThat(office.intranet.count("POST", "/login")).isEqualTo(1);
        }
    }

    /** A session that ends once, so that the first press by script gets a 401. */
    private static class ScriptIntranet extends ChattyIntranet {
        private final CountDownLatch ended = new CountDownLatch(1);

        ScriptIntranet(Path folder) {
            super(folder, true);
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            if (request.path().equals("/go") && ended.getCount() > 0) {
                ended.countDown();
                sessions.clear();
                request.send(401, "application/json", "{}");
            } else {
                super.answer(request);
            }
        }
    }

    @Test
    @Tag("slow")
    void aRefusalOfThePressesOwnRequestLeadsToOneLoginAndOneRepeat() {
        try (FakeOffice office = office(ScriptIntranet::new)) {
            office.pages("\"claim\": {", "\"limits\": {\"answerSeconds\": 120, \"claimSeconds\": 600}, \"claim\": {");
            office.intranet.cases(1);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).as("%s", outcome).isEmpty();
            assertThat(office.intranet.pressed()).containsExactly(101L);
            assertThat(office.intranet.count("POST", "/login")).isEqualTo(2);
        }
    }

    @Test
    @Tag("slow")
    void anAnswerInANewWindowIsTheAnswer() {
        try (FakeOffice office = office(at -> new FakeIntranet(at) {
            @Override
            String button(Case found) {
                return super.button(found).replace("<form", "<form target=_blank");
            }

            @Override
            void assigned(FakeRequest request) throws Exception {
                request.page(
                        assign(Long.parseLong(request.field("id")), request.user())
                                ? "<p class=ok>Assigned.</p>"
                                : "<p class=bad>Too late.</p>");
            }
        })) {
            office.intranet.cases(2);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.incidents()).isEmpty();
            assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
        }
    }

    @Test
    @Tag("slow")
    void aDownloadIsAnAnswer() {
        try (FakeOffice office = office(at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                assign(Long.parseLong(request.field("id")), request.user());
                request.header("Content-Disposition", "attachment; filename=receipt.pdf");
                request.send(200, "application/pdf", "%PDF-1.4 receipt");
            }
        })) {
            office.intranet.cases(2);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.incidents()).isEmpty();
            assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
        }
    }

    @Test
    @Tag("slow")
    void aPressThatIsAnsweredWithAnErrorIsToldAsThatWithEvidenceOfIt() {
        try (FakeOffice office = office(at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                request.html(502, "<h1>Bad Gateway</h1>");
            }
        })) {
            office.intranet.cases(1);
            Outcome outcome = office.run();

            assertThat(outcome.errors()).anyMatch(error -> error.contains("the press was answered with 502"));
            assertThat(outcome.codes()).contains(IncidentCode.EVIDENCE);
            assertThat(office.evidence()).anyMatch(text -> text.contains("Bad Gateway"));
        }
    }

    @Test
    @Tag("slow")
    void aPressThatThePageSaysWasLostToTheSameNameIsNotQueued() {
        try (FakeOffice office = office(at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                // another program of that name is faster
                assign(Long.parseLong(request.field("id")), USER);
                super.assigned(request);
            }
        })) {
            office.pages("\"error\": {\"css\": \".bad\"}", "\"lost\": {\"css\": \".bad\"}");
            office.intranet.cases(2);
            Outcome outcome = office.run();

            assertThat(outcome.tasks()).isEmpty();
            assertThat(outcome.codes()).contains(IncidentCode.CLAIMANT_SHARED);
            assertThat(outcome.site().lost()).isEqualTo(1);
            assertThat(office.intranet.pressed()).as("the site stopped").doesNotContain(102L);
        }
    }

    /** Claims case 102 by a process that is shown this message of another one, which has pressed in the session before. */
    private Outcome withAnotherProcess(String message) {
        try (FakeOffice office = office(at -> new FakeIntranet(at) {
            @Override
            void assigned(FakeRequest request) throws Exception {
                super.assigned(request);
                if (request.field("id").equals("102")) {
                    flash.put(request.session(), "<p class=bad>" + message + "</p>");
                }
            }
        })) {
            office.pages("\"error\": {\"css\": \".bad\"}", "\"lost\": {\"css\": \".bad\"}");
            office.intranet.cases(1);
            return office.with(first -> {
                office.cycle(first);
                office.intranet.add(102, "2/2026");
                return office.with(office::cycle);
            });
        }
    }

    @Test
    @Tag("slow")
    void aMessageThatMayBeAnotherProcesssDecidesNothing() {
        Outcome outcome = withAnotherProcess("Too late.");

        assertThat(outcome.incidents()).isEmpty();
        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
    }

    @Test
    @Tag("slow")
    void aMessageThatNamesTheCaseIsAboutItWhoeverElseUsesTheSession() {
        Outcome outcome = withAnotherProcess("Case 2/2026: too late.");

        assertThat(outcome.queued()).containsExactly(101L);
        assertThat(outcome.codes()).contains(IncidentCode.CLAIMANT_SHARED);
    }

    @Test
    @Tag("slow")
    void aQuestionOfTheBrowsersIsAnsweredForItsOwnPressOnly() {
        try (FakeOffice office = office(at -> new ChattyIntranet(at, true) {
            @Override
            String button(Case found) {
                return "<button onclick='(" + found.id() + " !== 102 || confirm(\"Urgent?\")) && go(" + found.id()
                        + ")'>Assign to me</button>";
            }
        })) {
            office.intranet.cases(2);
            Outcome outcome = office.run();

            assertThat(office.intranet.pressed()).containsExactly(101L);
            assertThat(outcome.errors())
                    .anyMatch(error ->
                            error.contains("the browser dialog 'Urgent?'") && error.contains("\"prompt\": true"));
            assertThat(outcome.queued()).containsExactly(101L);
        }
    }

    /** A list whose buttons lead to a page of a case, on which the case is taken. */
    private static class PageOfACase extends FakeIntranet {
        private final String number;

        PageOfACase(Path folder, String number) {
            super(folder);
            this.number = number;
        }

        @Override
        String button(Case found) {
            return "<form action=/case><button>Assign to me</button></form>";
        }

        @Override
        void other(FakeRequest request) throws Exception {
            request.page("<h1>Case " + number + "</h1><div id=box><h2>Really?</h2><form method=post action=/assign>"
                    + "<input type=hidden name=id value=" + (number.equals("1/2026") ? 101 : 111)
                    + "><button>Yes</button></form></div>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1/2026", "11/2026"})
    @Tag("slow")
    void aPageOfTheCaseMustShowItsNumberWhateverItsBoxShows(String shown) {
        try (FakeOffice office = office(at -> new PageOfACase(at, shown))) {
            office.pages(
                            "\"in\": \"row\"}]",
                            "\"in\": \"row\"}, {\"click\": {\"role\": \"button\", \"name\": \"Yes\"},"
                                    + " \"box\": {\"css\": \"#box\"}, \"shows\": \"Really?\"}]")
                    .pattern("1/2026");
            office.intranet.add(101, "1/2026");
            office.intranet.add(111, "11/2026");
            Outcome outcome = office.run();

            if (shown.equals("1/2026")) {
                assertThat(outcome.queued()).as("%s", outcome).containsExactly(101L);
            } else {
                assertThat(office.intranet.pressed()).as("%s", outcome).isEmpty();
                assertThat(outcome.errors()).anyMatch(error -> error.contains("doesn't show the number 1/2026"));
            }
        }
    }
}
