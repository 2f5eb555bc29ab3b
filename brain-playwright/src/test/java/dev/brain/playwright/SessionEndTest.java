package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that end in the middle of a batch without a status or an address that says so. */
@Tag("slow")
class SessionEndTest {
    @TempDir
    private Path folder;

    private FakeOffice office;

    private FakeOffice office(Function<Path, FakeIntranet> intranet) {
        office = new FakeOffice(folder, intranet);
        office.intranet.cases(4);
        return office;
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void assertAllAreClaimed(int logins) {
        FakeOffice.Outcome outcome = office.run();
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L, 103L, 104L);
        assertThat(office.intranet.pressed()).containsExactlyInAnyOrder(101L, 102L, 103L, 104L);
        assertThat(office.intranet.count("POST", "/login")).isEqualTo(logins);
    }

    /** Ends all sessions once, when it gets a request to a path after two presses. */
    private static class ExpiringIntranet extends FakeIntranet {
        private final String path;
        private boolean hasEnded;

        ExpiringIntranet(Path folder, String path) {
            super(folder);
            this.path = path;
        }

        @Override
        synchronized void answer(FakeRequest request) throws Exception {
            if (!hasEnded && presses().size() == 2 && request.path().equals(path)) {
                hasEnded = true;
                sessions.clear();
            }
            super.answer(request);
        }
    }

    @ParameterizedTest
    @CsvSource({"/list, ui", "/list, form", "/assign, ui"})
    void aLoginFormAtTheSameAddressIsNoticed(String path, String method) {
        office(folder -> new ExpiringIntranet(folder, path) {
                    @Override
                    void noSession(FakeRequest request) throws Exception {
                        loginForm(request, "<h1>Your session has expired.</h1>");
                    }
                })
                .pages("\"answer\":", "\"form\": {\"css\": \"#cases form\"}, \"answer\":")
                // a claim that waited for its row as long as for an answer would have no time left to log in
                .pages("\"claim\": {", "\"limits\": {\"answerSeconds\": 600, \"claimSeconds\": 601}, \"claim\": {")
                .web("method", method);

        assertAllAreClaimed(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rows", "/assign"})
    void aScriptThatLeavesForTheLoginIsNoticed(String path) {
        office(folder -> new ExpiringIntranet(folder, path) {
            @Override
            void noSession(FakeRequest request) throws Exception {
                if (request.path().equals("/list")) {
                    list(request);
                } else if (request.path().equals("/rows")) {
                    request.send(401, "text/plain", "");
                } else {
                    super.noSession(request);
                }
            }

            @Override
            void list(FakeRequest request) throws Exception {
                request.page("<div id=box></div><script>(async () => {"
                        + "const answer = await fetch('/rows' + location.search);"
                        + "if (answer.status === 401) location.href = '/login';"
                        + "else box.innerHTML = await answer.text()})()</script>");
            }

            @Override
            void other(FakeRequest request) throws Exception {
                if (request.path().equals("/rows")) {
                    rows(request);
                } else {
                    super.other(request);
                }
            }

            private void rows(FakeRequest request) throws Exception {
                String message = flash.remove(request.session());
                request.html(200, (message == null ? "" : message) + table(request));
            }
        });

        assertAllAreClaimed(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"expired\": {\"text\": \"signed out\"}, \"user\":", "\"user\":"})
    void anEmptyPageWithoutTheUsersNameIsAsked(String expired) {
        office(folder -> new ExpiringIntranet(folder, "/list") {
                    @Override
                    void noSession(FakeRequest request) throws Exception {
                        request.page("<p>You have been signed out. <a href=/login>Sign in</a></p>");
                    }
                })
                .pages("\"user\":", expired);

        assertAllAreClaimed(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ui", "form"})
    void aMissingRowAloneIsNoReasonToLogIn(String method) {
        office(folder -> new FakeIntranet(folder) {
                    @Override
                    void list(FakeRequest request) throws Exception {
                        // its lists show no user's name, so that only the user's page can tell
                        request.html(
                                200,
                                "<!DOCTYPE html><title>List</title>"
                                        + ("2/2026".equals(request.query("q"))
                                                ? "<p>Nothing found.</p>"
                                                : table(request)));
                    }
                })
                .pages("\"answer\":", "\"form\": {\"css\": \"#cases form\"}, \"answer\":")
                .web("method", method);
        FakeOffice.Outcome outcome = office.run();

        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 103L, 104L);
        assertThat(outcome.errors()).singleElement().asString().contains("no row of the list");
        assertThat(office.evidence())
                .as("what is kept is the list, not the user's page")
                .singleElement()
                .asString()
                .contains("Nothing found.");
        assertThat(office.intranet.count("POST", "/login")).isEqualTo(1);
    }
}
