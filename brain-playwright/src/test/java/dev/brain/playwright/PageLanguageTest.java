package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.check.Finding;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page file can say: frames, texts to fill in, optional steps, notices in front, ids. */
class PageLanguageTest {
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

    private void assertAllAreClaimed() {
        FakeOffice.Outcome outcome = office.with(running -> {
            assertThat(running.brain().operations().check(office.site()))
                    .noneMatch(finding -> finding.level() == Finding.Level.ERROR);
            return office.cycle(running);
        });
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.queued()).containsExactlyInAnyOrder(101L, 102L);
        assertThat(office.intranet.pressed()).containsExactlyInAnyOrder(101L, 102L);
    }

    /** Shows its list within a page of its own only. */
    private static final class Framed extends FakeIntranet {
        private final String page;

        Framed(Path folder, String page) {
            super(folder);
            this.page = page;
        }

        @Override
        void other(FakeRequest request) throws Exception {
            if (request.path().equals("/portal")) {
                request.html(200, page.formatted(request.rawQuery()));
            } else {
                super.other(request);
            }
        }
    }

    @Test
    void aListMayBeInAFrame() {
        assertAllAreClaimedWithin("<iframe name=main width=800 height=400 src='/list?%s'></iframe>");
    }

    @Test
    @Tag("slow")
    void aListMayBeInAFrameset() {
        assertAllAreClaimedWithin(
                "<frameset cols='20%%,*'><frame src=/home><frame name=main src='/list?%s'></frameset>");
    }

    private void assertAllAreClaimedWithin(String frames) {
        String frame = ", \"frame\": {\"css\": \"[name=main]\"}}";
        office(folder -> new Framed(folder, "<!DOCTYPE html><html lang=en><title>Portal</title>" + frames))
                .pages("\"/list?q={reference}\"", "\"/portal?q={reference}\"")
                .pages("{\"css\": \"#cases tbody tr\"}", "{\"css\": \"#cases tbody tr\"" + frame)
                .pages("{\"css\": \".ok\"}", "{\"css\": \".ok\"" + frame)
                .pages("\"error\": {\"css\": \".bad\"}", "\"error\": {\"css\": \".bad\"" + frame);

        assertAllAreClaimed();
    }

    @Test
    @Tag("slow")
    void aFrameThatIsNotNamedIsHintedAt() {
        office(folder -> new Framed(folder, "<!DOCTYPE html><iframe src='/list?%s'></iframe>"))
                .pages("\"/list?q={reference}\"", "\"/portal?q={reference}\"");

        assertThat(office.check())
                .filteredOn(finding -> finding.level() == Finding.Level.WARNING)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.subject()).isEqualTo("claim.row");
                    assertThat(finding.message()).contains("\"frame\"");
                });
        assertThat(office.run().errors()).singleElement().asString().contains("a row", "frame");
        assertThat(office.intranet.pressed()).isEmpty();
    }

    /** Wants a reason in a dialog, and for some cases also a kind. */
    private static final class Reasoned extends FakeIntranet {
        Reasoned(Path folder) {
            super(folder);
        }

        @Override
        String button(Case found) {
            return "<button onclick=\"kind.hidden = " + (found.id() == 101)
                    + "; d.showModal(); d.querySelector('b').textContent = '" + found.reference() + "'; i.value = "
                    + found.id() + "\">Assign to me</button>";
        }

        @Override
        String table(FakeRequest request) {
            return super.table(request)
                    + "<dialog id=d aria-label=Reason><b></b><form method=post action=/assign><input type=hidden name=id id=i>"
                    + "<label id=kind>Kind <input name=kind></label>"
                    + "<label>Reason <textarea name=why required></textarea></label><button>Confirm</button></form></dialog>";
        }

        @Override
        void assigned(FakeRequest request) throws Exception {
            String reference = cases("").stream()
                    .filter(found -> String.valueOf(found.id()).equals(request.field("id")))
                    .findFirst()
                    .orElseThrow()
                    .reference();
            assertThat(request.field("why")).isEqualTo("Taken for " + reference);
            assertThat(request.field("kind")).isEqualTo("101".equals(request.field("id")) ? "" : "B");
            super.assigned(request);
        }
    }

    @Test
    @Tag("slow")
    void aTextMayBeFilledInOnTheWay() {
        String box = "\"box\": {\"role\": \"dialog\", \"name\": \"Reason\"}, \"shows\": \"{reference}\"}";
        office(Reasoned::new)
                .pages(
                        "\"in\": \"row\"}",
                        "\"in\": \"row\"}, {\"fill\": {\"label\": \"Kind\"}, \"with\": \"B\", \"optional\": true, "
                                + box
                                + ", {\"fill\": {\"label\": \"Reason\"}, \"with\": \"Taken for {reference}\", " + box
                                + ", {\"click\": {\"role\": \"button\", \"name\": \"Confirm\"}, " + box);

        assertAllAreClaimed();
    }

    @Test
    @Tag("slow")
    void aRequiredFieldThatNothingFillsInIsNamed() {
        office(Reasoned::new)
                .pages(
                        "\"in\": \"row\"}",
                        "\"in\": \"row\"}, {\"click\": {\"role\": \"button\", \"name\": \"Confirm\"}}");

        FakeOffice.Outcome outcome = office.run();
        assertThat(outcome.incidents())
                .anySatisfy(incident -> assertThat(incident.report().message()).contains("'Reason'", "\"fill\""));
        assertThat(office.intranet.pressed()).isEmpty();
        assertThat(outcome.queued()).isEmpty();
    }

    /** Covers each of its pages until somebody has seen a notice, which comes a while after the page. */
    private static final class Covered extends FakeIntranet {
        private static final String NOTICE =
                "<script>if (!document.cookie.includes('seen')) addEventListener('load', () =>"
                        + " setTimeout(() => document.body.insertAdjacentHTML('beforeend', \"<div id=notice style='position:fixed;"
                        + "inset:0;background:#fff;z-index:9'>We use cookies <button onclick='document.cookie=`seen=1;path=/`;"
                        + "notice.remove()'>Accept all</button></div>\"), 100))</script>";

        Covered(Path folder) {
            super(folder);
        }

        @Override
        void loginForm(FakeRequest request, String message) throws Exception {
            super.loginForm(request, message + NOTICE);
        }

        @Override
        String table(FakeRequest request) {
            return NOTICE + super.table(request);
        }
    }

    @Test
    @Tag("slow")
    void aNoticeInFrontIsClickedAway() {
        office(Covered::new)
                .pages("\"user\":", "\"dismiss\": [{\"role\": \"button\", \"name\": \"Accept all\"}], \"user\":")
                .pages("{\"css\": \"form button\"}", "{\"role\": \"button\", \"name\": \"Enter\"}");

        assertAllAreClaimed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"css\": \"tr\", \"attribute\": \"id\"}",
                "{\"css\": \"input[name=id]\", \"attribute\": \"value\"}"
            })
    @Tag("slow")
    void aCheckFindsTheIdWhereAClaimDoes(String id) {
        office(folder -> new FakeIntranet(folder) {
                    @Override
                    String table(FakeRequest request) {
                        return super.table(request).replace("<tbody>", "<tbody><tr><th colspan=3>Cases</th></tr>");
                    }
                })
                .pages("{\"css\": \"tr\", \"attribute\": \"id\"}", id);

        assertAllAreClaimed();
    }

    @Test
    @Tag("slow")
    void aCheckTellsOfAnAttributeThatIsNotThere() {
        office(FakeIntranet::new).pages("\"attribute\": \"id\"", "\"attribute\": \"data-id\"");

        assertThat(office.check())
                .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("data-id", "claim.id.attribute"));
    }
}
