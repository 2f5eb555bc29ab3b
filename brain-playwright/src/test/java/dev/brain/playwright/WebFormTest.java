package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.check.Finding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The method "form" sends what a browser would send. */
@Tag("slow")
class WebFormTest {
    @TempDir
    private Path folder;

    private FakeOffice office;

    private FakeOffice office(Function<Path, FakeIntranet> intranet, String form) {
        office = new FakeOffice(folder, intranet)
                .pages("\"/list?q={reference}\"", "\"/app/list?q={reference}\"")
                .pages("\"answer\":", "\"form\": " + form + ", \"answer\":")
                .web("method", "form");
        office.intranet.cases(2);
        return office;
    }

    @AfterEach
    void close() {
        office.close();
    }

    /** One form around the whole list, as in Django's administration. */
    private static final class Listed extends FakeIntranet {
        private final String attributes;
        private final String content;
        private final List<FakeRequest> sent = new CopyOnWriteArrayList<>();

        Listed(Path folder, String attributes, String content) {
            super(folder);
            this.attributes = attributes;
            this.content = content;
        }

        @Override
        void other(FakeRequest request) throws Exception {
            boolean isPost = request.method().equals("POST");
            if (request.path().equals("/app/list") && !isPost && request.query("chosen") == null) {
                StringBuilder rows = new StringBuilder();
                cases(request.query("q"))
                        .forEach(found -> rows.append("<tr id='" + found.id() + "'><td class=ref>" + found.reference()
                                + "</td><td><input type=checkbox name=chosen value='" + found.id() + "'></td></tr>"));
                request.page("<form id=f " + attributes + "><table id=cases><tbody>" + rows + "</tbody></table>"
                        + content + "</form>");
            } else if (request.path().startsWith("/app")) {
                sent.add(request);
                assign(chosen(request), request.user());
                request.redirect("/app/list");
            } else {
                super.other(request);
            }
        }
    }

    /** The case that was chosen, however that is sent. */
    private static long chosen(FakeRequest request) {
        Matcher chosen = Pattern.compile("chosen(?:=|\"\\s+)(\\d+)")
                .matcher(request.rawQuery() + "&" + new String(request.body(), StandardCharsets.UTF_8));
        assertThat(chosen.find()).isTrue();
        return Long.parseLong(chosen.group(1));
    }

    private static final String FORM = "{\"css\": \"#f\", \"fields\": {\"chosen\": \"{id}\"}}";
    private static final String BUTTON = "<button>Assign to me</button>";

    private Listed sent(String attributes, String content, String form) {
        office(path -> new Listed(path, attributes, content), form);
        FakeOffice.Outcome outcome = office.run();
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
        assertThat(office.intranet.pressed()).containsExactly(101L, 102L);
        return (Listed) office.intranet;
    }

    private static String target(FakeRequest request) {
        return request.method() + " " + request.path() + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "method=post; POST /app/list?q=1%2F2026",
                "method=POST action=''; POST /app/list?q=1%2F2026",
                "method=post action='?do=assign'; POST /app/list?do=assign",
                "method=post action='assign'; POST /app/assign",
                "method=post action='./sub/../assign#top'; POST /app/assign",
                "method=post action='/app/assign?x=1'; POST /app/assign?x=1",
                "action='assign?x=1'; GET /app/assign?do=take&chosen=101"
            })
    void theActionIsTheBrowsersOwn(String attributes, String target) {
        Listed intranet = sent(attributes, "<input type=hidden name=do value=take>" + BUTTON, FORM);

        assertThat(target(intranet.sent.get(0))).isEqualTo(target);
    }

    @Test
    void theBaseOfThePageCounts() {
        Listed intranet = sent("method=post action=assign", "<base href='/app/deep/'>" + BUTTON, FORM);

        assertThat(target(intranet.sent.get(0))).isEqualTo("POST /app/deep/assign");
    }

    @Test
    void fieldsAreTheBrowsersOwn() {
        Listed intranet = sent(
                "method=post",
                "<select name=action><option value=''>-<option value=assign selected>Assign</select>"
                        + "<input name=method value=soft><input name=tag value=a><input name=tag value=b>"
                        + "<input type=checkbox name=off value=1><input type=checkbox name=on value=1 checked>"
                        + "<input type=radio name=level value=1><input type=radio name=level value=2 checked>"
                        + "<input name=gone value=1 disabled><textarea name=why>a\nb ñ</textarea>"
                        + "<select name=many multiple><option selected>x<option>y<option selected>z</select>"
                        + "<button type=button name=other value=1>Other</button><button name=go value=now>Go</button>",
                FORM);

        assertThat(intranet.sent.get(0).fields())
                .isEqualTo(Map.of(
                        "action", List.of("assign"),
                        "method", List.of("soft"),
                        "tag", List.of("a", "b"),
                        "on", List.of("1"),
                        "level", List.of("2"),
                        "why", List.of("a\r\nb ñ"),
                        "many", List.of("x", "z"),
                        "go", List.of("now"),
                        "chosen", List.of("101")));
    }

    @Test
    void ofSeveralButtonsTheNamedOneIsPressed() {
        String buttons = "<button name=delete value=1 formaction=/app/delete>Delete</button>"
                + "<button name=assign value=1 formaction=/app/assign>Assign</button>";
        office(path -> new Listed(path, "method=post", buttons), FORM);

        assertThat(office.check())
                .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("2 buttons", "form.button"));
        assertThat(office.run().errors()).singleElement().asString().contains("2 buttons", "form.button");
        assertThat(office.intranet.pressed()).isEmpty();

        office.pages("{\"chosen\": \"{id}\"}", "{\"chosen\": \"{id}\"}, \"button\": {\"css\": \"[name=assign]\"}");
        assertThat(office.run().queued()).hasSize(2);
        FakeRequest first = ((Listed) office.intranet).sent.get(0);
        assertThat(target(first)).isEqualTo("POST /app/assign");
        assertThat(first.fields()).containsKey("assign").doesNotContainKey("delete");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "method=dialog; x; closes a dialog",
                "method=post action='javascript:send()'; x; is no page",
                "method=post enctype=text/plain; x; plain text",
                "method=post; <textarea name=why required></textarea>; needs its field why",
                "method=post id=g; x; is not on the list's page"
            })
    void aFormThatCannotBeSentIsToldByACheck(String attributes, String content, String message) {
        office(path -> new Listed(path, attributes, content + BUTTON), FORM);
        if (attributes.contains("id=g")) {
            office.pages("\"#f\"", "\"#h\"");
        }

        assertThat(office.check())
                .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains(message));
        assertThat(office.intranet.pressed()).isEmpty();
    }

    @Test
    void aFormOfSeveralPartsIsSentAsSuch() {
        Listed intranet = sent("method=post enctype=multipart/form-data action=assign", BUTTON, FORM);

        assertThat(intranet.sent.get(0).requestHeader("Content-Type")).startsWith("multipart/form-data");
    }
}
