package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.check.Finding;
import dev.brain.incident.IncidentCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins of other makes than a form that is answered with another page. */
class WebLoginTest {
    @TempDir
    private Path folder;

    private FakeOffice office;

    private FakeOffice office(Function<Path, FakeIntranet> intranet) {
        office = new FakeOffice(folder, intranet);
        office.intranet.cases(2);
        return office;
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void assertAllAreClaimed(int logins, String loginPath) {
        FakeOffice.Outcome outcome = office.run();
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
        assertThat(office.intranet.pressed()).containsExactlyInAnyOrder(101L, 102L);
        assertThat(office.intranet.count("POST", loginPath)).isEqualTo(logins);
    }

    /** One address with a parameter for every page; without a session each shows the login form. */
    private static class FrontController extends FakeIntranet {
        FrontController(Path folder) {
            super(folder);
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            String does = request.query("do");
            if ("login".equals(does) && request.method().equals("POST") && isAccount(request)) {
                request.header("Set-Cookie", "sid=" + newSession() + "; Path=/");
                request.redirect("/index.php?do=home");
            } else if ("login".equals(does) || request.user() == null) {
                loginForm(request, request.method().equals("POST") ? "<p class=bad>wrong</p>" : "");
            } else if ("list".equals(does)) {
                list(request);
            } else if ("assign".equals(does)) {
                assign(Long.parseLong(request.field("id")), request.user());
                flash.put(request.session(), "<p class=ok>Assigned.</p>");
                request.redirect("/index.php?do=list");
            } else {
                request.page("<h1>Welcome</h1>");
            }
        }

        @Override
        void loginForm(FakeRequest request, String message) throws Exception {
            request.page(message + "<form method=post action='/index.php?do=login'><input name=account>"
                    + "<input name=password type=password><button>Enter</button></form>");
        }

        @Override
        String button(Case found) {
            return super.button(found).replace("/assign", "'/index.php?do=assign'");
        }
    }

    @Test
    @Tag("slow")
    void pagesThatDifferInAParameterOnlyAreToldApart() {
        office(FrontController::new)
                .pages("\"/login\"", "\"/index.php?do=login\"")
                .pages("\"/home\"", "\"/index.php?do=home\"")
                .pages("\"/list?q={reference}\"", "\"/index.php?do=list&q={reference}\"");

        // a login and two presses
        assertAllAreClaimed(3, "/index.php");
    }

    private static final String APPLICATION = """
            <!DOCTYPE html><html lang=en><head><title>Intranet</title><link rel=icon href=data:,></head><body>
            <div id=app>loading</div><script>
            const app = document.getElementById('app');
            async function ask(path, body) {
              const answer = await fetch('/api/' + path, {method: body ? 'POST' : 'GET', body});
              if (answer.status === 401) { location.hash = '#/login'; throw new Error('no session'); }
              return answer.json();
            }
            async function show() {
              const [path, query] = (location.hash || '#/login').slice(1).split('?');
              if (path === '/login') {
                app.innerHTML = '<form><input name=account><input name=password type=password><button>Enter</button></form>';
                app.querySelector('form').onsubmit = async event => {
                  event.preventDefault();
                  const answer = await ask('login', new URLSearchParams(new FormData(event.target)));
                  if (answer.ok) location.hash = '#/home';
                  else app.insertAdjacentHTML('beforeend', '<p class=bad>wrong</p>');
                };
              } else if (path === '/home') {
                app.innerHTML = '<span id=user>' + (await ask('me')).name + '</span>';
              } else {
                app.innerHTML = '<table id=cases><tbody>' + (await ask('cases?' + query)).rows + '</tbody></table>';
                app.querySelectorAll('form').forEach(form => form.onsubmit = async event => {
                  event.preventDefault();
                  const done = (await ask('assign', new URLSearchParams(new FormData(form)))).ok;
                  form.outerHTML = done ? '<p class=ok>Assigned.</p>' : '<p class=bad>Too late.</p>';
                });
              }
            }
            addEventListener('hashchange', show);
            show();
            </script></body></html>
            """;

    /** One page, whose script shows what the fragment says. */
    private static class HashApplication extends FakeIntranet {
        HashApplication(Path folder) {
            super(folder);
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            if (request.path().equals("/")) {
                request.html(200, APPLICATION);
            } else if (request.path().equals("/api/login")) {
                boolean isAccount = isAccount(request);
                if (isAccount) {
                    request.header("Set-Cookie", "sid=" + newSession() + "; Path=/");
                }
                request.json("{\"ok\": " + isAccount + "}");
            } else if (request.user() == null) {
                request.send(401, "application/json", "{}");
            } else if (request.path().equals("/api/me")) {
                request.json("{\"name\": \"" + request.user() + "\"}");
            } else if (request.path().equals("/api/cases")) {
                StringBuilder rows = new StringBuilder();
                cases(request.query("q")).forEach(found -> rows.append(row(found)));
                request.json("{\"rows\": \"" + rows + "\"}");
            } else {
                request.json("{\"ok\": " + assign(Long.parseLong(request.field("id")), request.user()) + "}");
            }
        }
    }

    private FakeOffice hash() {
        return office(HashApplication::new)
                .pages("\"/login\"", "\"/#/login\"")
                .pages("\"/home\"", "\"/#/home\"")
                .pages("\"/list?q={reference}\"", "\"/#/list?q={reference}\"");
    }

    @Test
    @Tag("slow")
    void pagesThatDifferInTheFragmentOnlyAreToldApart() {
        hash();

        assertAllAreClaimed(1, "/api/login");
    }

    /** Tells the server all the time that it is still shown. */
    private static final String BEATS =
            "const beats = setInterval(() => new Image().src = '/beat?' + Math.random(), 50);";

    /** Holds an answer back until the page that waits for it has been shown for a while. */
    private static final class Beats {
        private final Semaphore arrived = new Semaphore(0);

        /** Returns whether a request was a beat; answers it. */
        boolean take(FakeRequest request) throws IOException {
            if (!request.path().equals("/beat")) {
                return false;
            }
            arrived.release();
            request.send(204, "image/png", "");
            return true;
        }

        void await() throws InterruptedException {
            arrived.drainPermits();
            arrived.acquire(20);
        }
    }

    @Test
    @Tag("slow")
    void aFormThatStaysUntilTheNextViewIsThereIsNoRefusal() {
        Beats beats = new Beats();
        AtomicInteger names = new AtomicInteger();
        office(folder -> new HashApplication(folder) {
                    @Override
                    void answer(FakeRequest request) throws Exception {
                        if (request.path().equals("/")) {
                            request.html(
                                    200, APPLICATION.replace("show();\n</script>", "show();" + BEATS + "</script>"));
                        } else if (!beats.take(request)) {
                            if (request.path().equals("/api/me") && names.incrementAndGet() == 1) {
                                beats.await();
                            }
                            super.answer(request);
                        }
                    }
                })
                .pages("\"/login\"", "\"/#/login\"")
                .pages("\"/home\"", "\"/#/home\"")
                .pages("\"/list?q={reference}\"", "\"/#/list?q={reference}\"");

        assertAllAreClaimed(1, "/api/login");
    }

    @Test
    @Tag("slow")
    void aLoginIsNotLeftBeforeItsAnswerThoughItsFormHasGone() {
        Beats beats = new Beats();
        office(folder -> new ScriptedLogin(folder) {
            @Override
            void answer(FakeRequest request) throws Exception {
                if (!beats.take(request)) {
                    super.answer(request);
                }
            }

            @Override
            void login(FakeRequest request) throws Exception {
                if (request.method().equals("POST")) {
                    beats.await();
                    super.login(request);
                } else {
                    request.page("<div id=box><form><input name=account><input name=password type=password>"
                            + "<button>Enter</button></form></div><script>" + BEATS
                            + "document.querySelector('form').onsubmit = async event => { event.preventDefault();"
                            + "const body = new URLSearchParams(new FormData(event.target));"
                            + "box.textContent = 'One moment'; await fetch('/login', {method: 'POST', body});"
                            + "box.textContent = 'Welcome'}</script>");
                }
            }
        });

        assertAllAreClaimed(1, "/login");
    }

    @Test
    @Tag("slow")
    void aUsersPageThatShowsTheLoginUntilItKnowsItsUserIsNoRefusal() {
        Beats beats = new Beats();
        office(folder -> new FakeIntranet(folder) {
            @Override
            void answer(FakeRequest request) throws Exception {
                if (beats.take(request)) {
                    return;
                }
                if (request.path().equals("/home")) {
                    request.html(
                            200,
                            "<div id=box><form><input name=account><input name=password type=password>"
                                    + "<button>Enter</button></form></div><script>" + BEATS
                                    + "fetch('/me').then(answer => answer.text()).then(name => {"
                                    + "box.innerHTML = '<b id=user>' + name + '</b>'; clearInterval(beats)})</script>");
                } else if (request.path().equals("/me")) {
                    beats.await();
                    request.send(200, "text/plain", request.user());
                } else {
                    super.answer(request);
                }
            }
        });

        assertAllAreClaimed(1, "/login");
    }

    @Test
    @Tag("slow")
    void aRefusalWithoutAnotherPageIsOne() {
        hash().set("XVIA_PASSWORD", "something-else-1");
        FakeOffice.Outcome outcome = office.run();

        assertThat(outcome.codes()).containsExactly(IncidentCode.LOGIN_FAILED);
        assertThat(outcome.errors()).singleElement().asString().contains("it says 'wrong'", "XVIA_PASSWORD");
        assertThat(office.intranet.pressed()).isEmpty();
    }

    /** A login that is sent by a script and answered on the same page. */
    private static class ScriptedLogin extends FakeIntranet {
        ScriptedLogin(Path folder) {
            super(folder);
        }

        @Override
        void login(FakeRequest request) throws Exception {
            if (request.method().equals("POST")) {
                if (isAccount(request)) {
                    request.header("Set-Cookie", "sid=" + newSession() + "; Path=/");
                }
                request.send(isAccount(request) ? 200 : 403, "application/json", "{}");
                return;
            }
            request.page("<div id=box><form><input name=account><input name=password type=password>"
                    + "<button>Enter</button></form></div><script>document.querySelector('form').onsubmit = async event => {"
                    + "event.preventDefault();"
                    + "const answer = await fetch('/login', {method: 'POST', body: new URLSearchParams(new FormData(event.target))});"
                    + "box.innerHTML = answer.ok ? '<b id=welcome>BOT</b>' : '<p class=bad>wrong</p>'}</script>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"done\": {\"css\": \"#welcome\"},"})
    @Tag("slow")
    void aLoginNeedsNoOtherPage(String done) {
        office(ScriptedLogin::new).pages("\"failed\":", done + "\"failed\":");

        assertAllAreClaimed(1, "/login");
    }

    @Test
    @Tag("slow")
    void aWrongSignOfSuccessIsNoWrongPassword() {
        office(FakeIntranet::new).pages("\"failed\":", "\"done\": {\"css\": \"#no-such-place\"}, \"failed\":");
        for (int run = 1; run <= 3; run++) {
            assertThat(office.run().errors())
                    .singleElement()
                    .asString()
                    .contains("worked", "login.done", "#no-such-place")
                    .doesNotContain("XVIA_PASSWORD");
        }
        assertThat(office.intranet.count("POST", "/login"))
                .as("none is held back, for no password was wrong")
                .isEqualTo(3);
    }

    @Test
    @Tag("slow")
    void aWrongPlaceOfTheNameIsNoWrongPassword() {
        office(FakeIntranet::new).pages("{\"css\": \"#user\"}", "{\"css\": \"#no-such-user\"}");
        for (int run = 1; run <= 3; run++) {
            assertThat(office.run().errors())
                    .singleElement()
                    .asString()
                    .contains("worked", "#no-such-user")
                    .doesNotContain("XVIA_PASSWORD");
        }
        assertThat(office.intranet.count("POST", "/login")).isEqualTo(3);
    }

    /** Lets in nobody and doesn't say so, on a page that everybody may see. */
    private static class Silent extends FakeIntranet {
        Silent(Path folder) {
            super(folder);
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            if (request.path().equals("/login") && request.method().equals("POST")) {
                request.redirect("/home");
            } else if (request.path().equals("/home")) {
                request.page("<h1>Welcome</h1>");
            } else {
                super.answer(request);
            }
        }
    }

    @Test
    @Tag("slow")
    void whatNothingShowsToHaveWorkedCountsAgainstTheAccount() {
        office(Silent::new);
        for (int run = 1; run <= 3; run++) {
            assertThat(office.run().codes()).containsExactly(IncidentCode.LOGIN_FAILED);
        }
        assertThat(office.intranet.count("POST", "/login")).isEqualTo(2);
    }

    /** Asks for the name on one page and for the password on the next, then whether to stay; with a notice over each. */
    private static class InSteps extends FakeIntranet {
        private static final String NOTICE =
                "<div id=notice style='position:fixed;inset:0;background:#fff;z-index:9' hidden>"
                        + "Cookies <button onclick='notice.remove();document.cookie=\"seen=1;path=/\"'>Accept all</button></div>"
                        + "<script>if (!document.cookie.includes('seen')) notice.hidden = false</script>";

        InSteps(Path folder) {
            super(folder);
        }

        @Override
        void loginForm(FakeRequest request, String message) throws Exception {
            request.page(NOTICE + "<form method=post action=/login><input name=account><button>Next</button></form>");
        }

        @Override
        void login(FakeRequest request) throws Exception {
            if (request.field("stay") != null) {
                request.header("Set-Cookie", "sid=" + newSession() + "; Path=/");
                request.redirect("/home");
            } else if (isAccount(request)) {
                request.page("Stay signed in?<form method=post action=/login><input type=hidden name=stay value=0>"
                        + "<button>No</button></form>");
            } else if (request.method().equals("POST") && request.field("password") == null) {
                request.page("<form method=post action=/login><input type=hidden name=account value='"
                        + request.field("account")
                        + "'><input name=password type=password><button>Sign in</button></form>");
            } else {
                loginForm(request, "");
            }
        }
    }

    private static final String STEPS = """
            "steps": [{"check": {"css": "#not-there"}, "optional": true},
                      {"fill": {"css": "input[name=account]"}, "with": "{account}"},
                      {"click": {"role": "button", "name": "Next"}},
                      {"fill": {"css": "input[name=password]"}, "with": "{password}"},
                      {"click": {"role": "button", "name": "Sign in"}},
                      {"click": {"role": "button", "name": "No"}, "optional": true}],
            "done": {"css": "#user"},
            """;

    private FakeOffice inSteps() {
        return office(InSteps::new)
                .pages("\"account\": {\"css\": \"input[name=account]\"},", STEPS)
                .pages("\"password\": {\"css\": \"input[name=password]\"}, \"button\": {\"css\": \"form button\"},", "")
                .pages("\"user\":", "\"dismiss\": [{\"role\": \"button\", \"name\": \"Accept all\"}], \"user\":");
    }

    @Test
    void aLoginMayTakeSeveralStepsWithANoticeInFrontOfThem() {
        inSteps();

        assertAllAreClaimed(3, "/login");
    }

    @Test
    @Tag("slow")
    void aButtonUnderANoticeIsNotPressedAndTheErrorSaysWhatToDo() {
        office(path -> new FakeIntranet(path) {
            @Override
            void loginForm(FakeRequest request, String message) throws Exception {
                super.loginForm(request, InSteps.NOTICE + message);
            }
        });

        assertThat(office.run().errors())
                .singleElement()
                .asString()
                .contains("login.button", "/login", "is it covered?", "\"dismiss\"")
                .doesNotContain("XVIA_PASSWORD");
        assertThat(office.intranet.count("POST", "/login")).isZero();
        assertThat(office.intranet.pressed()).isEmpty();

        office.pages("\"user\":", "\"dismiss\": [{\"role\": \"button\", \"name\": \"Accept all\"}], \"user\":");
        assertAllAreClaimed(1, "/login");
    }

    @Test
    @Tag("slow")
    void aCheckTriesTheFirstOfSeveralSteps() {
        inSteps();

        assertThat(office.check())
                .noneMatch(finding -> finding.level() == Finding.Level.ERROR)
                .anySatisfy(finding -> assertThat(finding.message()).contains("#not-there", "optional"))
                .anySatisfy(finding -> assertThat(finding.message()).contains("logged in as BOT"));
        assertThat(office.intranet.pressed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#no-box", "#hidden-box"})
    @Tag("slow")
    void aBoxToBeRememberedMayBeHiddenOrAbsent(String box) {
        office(path -> new FakeIntranet(path) {
                    @Override
                    void loginForm(FakeRequest request, String message) throws Exception {
                        super.loginForm(request, message + "<input type=checkbox id=hidden-box hidden>");
                    }
                })
                .pages("\"button\": {", "\"remember\": {\"css\": \"" + box + "\"}, \"button\": {");

        assertAllAreClaimed(1, "/login");
    }

    /** Behind a server that wants an account of its own before anything else. */
    private static class Gated extends FakeIntranet {
        private static final String PASSWORD_OF_GATE = "gate-secret-77";
        private static final String EXPECTED = "Basic "
                + Base64.getEncoder().encodeToString(("gate:" + PASSWORD_OF_GATE).getBytes(StandardCharsets.UTF_8));

        Gated(Path folder) {
            super(folder);
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            if (EXPECTED.equals(request.requestHeader("Authorization"))) {
                super.answer(request);
            } else {
                request.header("WWW-Authenticate", "Basic realm=\"intranet\"");
                request.html(401, "<h1>401</h1>");
            }
        }
    }

    private static final String BASIC =
            "\"basic\": {\"name\": \"GATE_NAME\", \"password\": \"GATE_PASSWORD\"}, \"user\":";

    @Test
    void theServersOwnAccountComesFromTheEnvironment() {
        assertTheServersAccountIsSent("form");
    }

    @Test
    @Tag("slow")
    void theServersOwnAccountIsSentByTheBrowserToo() {
        assertTheServersAccountIsSent("ui");
    }

    private void assertTheServersAccountIsSent(String method) {
        office(Gated::new)
                .pages("\"user\":", BASIC)
                .pages("\"answer\":", "\"form\": {\"css\": \"#cases form\"}, \"answer\":")
                .web("method", method)
                .set("GATE_NAME", "gate")
                .set("GATE_PASSWORD", Gated.PASSWORD_OF_GATE);

        assertAllAreClaimed(1, "/login");
    }

    @Test
    @Tag("slow")
    void anAddressWithAnAccountWorksAndIsNeverShown() {
        office(Gated::new);
        office.web("base", office.intranet.address().replace("//", "//gate:" + Gated.PASSWORD_OF_GATE + "@"));

        assertAllAreClaimed(1, "/login");
        List<Finding> findings = office.check();
        assertThat(findings)
                .anySatisfy(finding -> {
                    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
                    assertThat(finding.message()).contains("\"basic\"");
                })
                .allSatisfy(finding -> assertThat(finding.message()).doesNotContain(Gated.PASSWORD_OF_GATE));
    }

    @Test
    @Tag("slow")
    void whatTheServerAsksForIsSaid() {
        office(Gated::new);

        assertThat(office.run().errors()).singleElement().asString().contains("HTTP authentication", "\"basic\"");
        assertThat(office.intranet.count("POST", "/login")).isZero();
    }

    @Test
    @Tag("slow")
    void aWrongAccountOfTheServerIsTriedTwiceAnHour() {
        office(Gated::new).pages("\"user\":", BASIC).set("GATE_NAME", "gate").set("GATE_PASSWORD", "another-secret");
        office.run();
        assertThat(office.run().errors())
                .singleElement()
                .asString()
                .contains("GATE_PASSWORD")
                .doesNotContain("another-secret");
        int before = office.intranet.requests.size();
        assertThat(office.run().codes()).containsExactly(IncidentCode.LOGIN_FAILED);
        assertThat(office.intranet.requests).hasSize(before);
    }

    /** Keeps its session in the storage of the tab, and sends it in a header. */
    private static class Tab extends HashApplication {
        Tab(Path folder) {
            super(folder);
        }

        @Override
        void answer(FakeRequest request) throws Exception {
            if (request.path().equals("/")) {
                request.html(
                        200,
                        APPLICATION
                                .replace(
                                        "await fetch('/api/' + path, {",
                                        "await fetch('/api/' + path, {headers: {'X-Token':"
                                                + " sessionStorage.getItem('token') ?? ''}, ")
                                .replace(
                                        "if (answer.ok) ",
                                        "if (answer.ok) sessionStorage.setItem('token', answer.token);"
                                                + " if (answer.ok) "));
            } else if (request.path().equals("/api/login") && isAccount(request)) {
                request.json("{\"ok\": true, \"token\": \"" + newSession() + "\"}");
            } else {
                super.answer(request);
            }
        }

        @Override
        String userOf(FakeRequest request) {
            return sessions.get(String.valueOf(request.requestHeader("X-Token")));
        }
    }

    @Test
    @Tag("slow")
    void aSessionThatLivesInATabIsSharedAndOutlivesTheProcess() {
        office(Tab::new)
                .pages("\"/login\"", "\"/#/login\"")
                .pages("\"/home\"", "\"/#/home\"")
                .pages("\"/list?q={reference}\"", "\"/#/list?q={reference}\"")
                .web("lanes", 2);
        office.intranet.add(103, "3/2026");
        office.intranet.add(104, "4/2026");
        FakeOffice.Outcome outcome = office.run();

        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.queued()).hasSize(4);
        office.intranet.add(105, "5/2026");
        assertThat(office.run().errors()).isEmpty();
        assertThat(office.intranet.holders()).hasSize(5);
        assertThat(office.intranet.count("POST", "/api/login")).isEqualTo(1);
    }
}
