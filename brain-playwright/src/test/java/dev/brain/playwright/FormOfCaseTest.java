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
import org.junit.jupiter.params.provider.CsvSource;

/** The method "form" sends only a form that certainly belongs to the case. A filter for 1/2026 also shows 11/2026. */
class FormOfCaseTest {
    private static final long OTHER = 100;
    private static final long CASE = 101;

    @TempDir
    private Path folder;

    private FakeOffice office;

    @AfterEach
    void close() {
        office.close();
    }

    /** A list with a form in each row, or below the list, whose action has the id. */
    private static class Forms extends FakeIntranet {
        private final String below;
        private final String inRow;

        /** {@code ID} stands for the id of each case. */
        Forms(Path folder, String inRow, String below) {
            super(folder);
            this.inRow = inRow;
            this.below = below;
        }

        @Override
        String button(Case found) {
            return inRow.replace("ID", String.valueOf(found.id()));
        }

        @Override
        String table(FakeRequest request) {
            StringBuilder forms = new StringBuilder();
            cases(request.query("q")).stream()
                    .filter(Case::isFree)
                    .forEach(found -> forms.append(below.replace("ID", String.valueOf(found.id()))));
            return super.table(request) + forms;
        }

        @Override
        void other(FakeRequest request) throws Exception {
            if (request.method().equals("POST")) {
                String id = request.path().substring(request.path().lastIndexOf('/') + 1);
                assign(Long.parseLong(id.equals("assign") ? request.field("id") : id), request.user());
                request.redirect("/list");
            } else {
                super.other(request);
            }
        }
    }

    private static final String FORM = "<form method=post action=/assign/ID><button>Assign to me</button></form>";

    private void office(Function<Path, FakeIntranet> intranet, String form) {
        office = new FakeOffice(folder, intranet)
                .pages("\"answer\":", "\"form\": " + form + ", \"answer\":")
                .web("method", "form")
                .pattern("1/2026");
        office.intranet.add(OTHER, "11/2026");
        office.intranet.add(CASE, "1/2026");
    }

    private void assertOnlyTheCaseIsPressed() {
        FakeOffice.Outcome outcome = office.run();
        assertThat(outcome.errors()).isEmpty();
        assertThat(office.intranet.pressed()).containsExactly(CASE);
        assertThat(outcome.queued()).containsExactly(CASE);
    }

    private void assertIsRefused(String message) {
        assertThat(office.check())
                .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains(message));
        assertIsNotSent(message);
    }

    private void assertIsNotSent(String message) {
        FakeOffice.Outcome outcome = office.run();
        assertThat(outcome.errors()).singleElement().asString().contains(message);
        assertThat(office.intranet.pressed()).isEmpty();
        assertThat(outcome.tasks()).isEmpty();
    }

    @Test
    void ofAFormInEachRowTheCasesOwnIsSent() {
        office(path -> new Forms(path, FORM, ""), "{\"css\": \"#cases form\"}");

        assertOnlyTheCaseIsPressed();
    }

    @Test
    @Tag("slow")
    void aListWithoutIdsHasTheFormInTheRowOfTheNumber() {
        office(path -> new Forms(path, FORM, ""), "{\"css\": \"form\"}");
        office.pages("\"id\": {\"css\": \"tr\", \"attribute\": \"id\"},", "");

        assertOnlyTheCaseIsPressed();
    }

    @Test
    @Tag("slow")
    void aFormBelowTheListIsFoundByTheId() {
        String form = "<form id=fID method=post action=/assign/ID><button>Assign to me</button></form>";
        office(path -> new Forms(path, "", form), "{\"css\": \"#f{id}\"}");

        assertOnlyTheCaseIsPressed();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; <form method=post action=/assign/ID><button>Assign to me</button></form>; {}; is there 2 times",
                "<form method=post action=/assign/ID><button>A</button></form>"
                        + "<form method=post action=/remove/ID><button>R</button></form>; ; {}; is there 2 times in the case's row",
                "<form method=post action=/assign/ID><button>A</button></form>; ; {\"caso\": \"{id}\"}; has no field caso",
            })
    @Tag("slow")
    void aFormThatMayBelongToAnotherCaseIsNotSent(String inRow, String below, String fields, String message) {
        office(
                path -> new Forms(path, inRow == null ? "" : inRow, below == null ? "" : below),
                "{\"css\": \"form\", \"fields\": " + fields + "}");

        assertIsRefused(message);
    }

    @Test
    @Tag("slow")
    void theOnlyFormIsNotSentIfItIsForAnotherCase() {
        office(
                path -> new Forms(path, "", "") {
                    @Override
                    String table(FakeRequest request) {
                        return super.table(request) + FORM.replace("ID", String.valueOf(OTHER));
                    }
                },
                "{\"css\": \"form\"}");

        assertIsNotSent("does not contain its id");
    }

    @Test
    @Tag("slow")
    void theFormInTheRowOfAnotherCaseIsNotSent() {
        office(
                path -> new Forms(path, FORM, "") {
                    @Override
                    String button(Case found) {
                        return found.id() == CASE ? "" : super.button(found);
                    }
                },
                "{\"css\": \"form\"}");

        assertIsNotSent("only in the rows of other cases");
    }

    @Test
    @Tag("slow")
    void aFormAroundTheListIsSentIfAFieldNamesTheCase() {
        String form =
                "<form method=post action=/assign><input type=hidden name=id><button>Assign to me</button></form>";
        office(
                path -> new Forms(path, "", "") {
                    @Override
                    String table(FakeRequest request) {
                        return super.table(request) + form;
                    }
                },
                "{\"css\": \"form\", \"fields\": {\"id\": \"{id}\"}}");

        assertOnlyTheCaseIsPressed();
    }
}
