package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import dev.brain.config.Environment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is read of pages of odd makes, in a real browser. */
class PageReadingTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static BrowserWorker worker;

    @BeforeAll
    static void open() {
        worker =
                new BrowserWorker(Browsers.find(Environment.of(System.getenv())).orElse(null));
    }

    @AfterAll
    static void close() {
        worker.close();
    }

    private static ElementLocator css(String selector) {
        return new ElementLocator(ElementLocator.By.CSS, selector, null, true);
    }

    private static PageSettings.Press list(ElementLocator row, @Nullable ElementLocator id, String attribute) {
        return new PageSettings.Press(
                "/", row, css("b"), id, attribute, css(".badge"), List.of(), null, null, null, null);
    }

    private static PageSettings.Press answer(@Nullable ElementLocator won, @Nullable ElementLocator error) {
        return new PageSettings.Press("/", css("tr"), css("b"), null, "id", null, List.of(), won, null, error, null);
    }

    private static void on(String content, Consumer<Page> work) {
        worker.run(
                worker -> {
                    try (Page page = worker.browser().newPage()) {
                        page.setContent(content);
                        work.accept(page);
                    }
                    return true;
                },
                LIMIT);
    }

    private static void component(Page page, String content) {
        page.evaluate(
                "content => document.querySelector('x-list').attachShadow({mode: 'open'}).innerHTML = content",
                content);
    }

    private static void assertRow(Page page, PageSettings.Press press, String text) {
        List<HeldRow> rows = new ListRows(press, "2", "5/2026").on(page);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).isTaken()).isFalse();
        assertThat(button(rows.get(0))).isEqualTo(text);
    }

    private static Object button(HeldRow row) {
        return row.elements().evaluate("held => held.row.querySelector('button').innerText");
    }

    @Test
    void aRowIsTheSameAfterTheListIsSortedAnew() {
        on("<ul><li><b>5/2026</b><button id=1>A</button><li><b>5/2026</b><button id=2>B</button></ul>", page -> {
            List<HeldRow> rows = new ListRows(list(css("li"), css("button"), "id"), "2", "5/2026").on(page);
            page.evaluate("document.querySelector('ul').append(document.querySelector('li'))");
            assertThat(rows).singleElement().satisfies(row -> {
                assertThat(button(row)).isEqualTo("B");
                assertThat(row.standing(page)).isEqualTo(HeldRow.RowState.SAME);
            });
        });
    }

    @Test
    void aRowWithinARowIsNotTakenForTheOuterOne() {
        on(
                "<ul><li>all<ul><li><b>4/2026</b><button id=1>A</button><li><b>5/2026</b><button id=2>B</button></ul></ul>",
                page -> assertRow(page, list(css("li"), css("button"), "id"), "B"));
    }

    @Test
    void theIdMayBeTheRowsOwnHoweverTheRowIsFound() {
        String content = "<ul><li id=1><b>5/2026</b><button>A</button><li id=2><b>5/2026</b><button>B</button></ul>";
        on(content, page -> assertRow(page, list(css("li"), css("li"), "id"), "B"));
        on(
                content,
                page -> assertRow(
                        page,
                        list(new ElementLocator(ElementLocator.By.ROLE, "listitem", null, true), css("li"), "id"),
                        "B"));
    }

    @Test
    void anAttributeMayHaveAnyName() {
        on(
                "<ul><li wire:key='1'><b>5/2026</b><button>A</button><li wire:key='2'><b>5/2026</b><button>B</button></ul>",
                page -> assertRow(page, list(css("li"), css("li"), "wire:key"), "B"));
    }

    @Test
    void aListWithinAComponentIsRead() {
        on("<x-list></x-list>", page -> {
            component(page, "<ul><li><b>5/2026</b><button id=2>B</button></ul>");
            assertRow(page, list(css("li"), css("button"), "id"), "B");
        });
    }

    @Test
    void aMarkThatNobodySeesTakesNoRow() {
        on(
                "<ul><li><b>5/2026</b><button id=2>B</button><i class=badge hidden>taken</i></ul>",
                page -> assertRow(page, list(css("li"), css("button"), "id"), "B"));
    }

    @Test
    void aNoticeIsWhatIsSeen() {
        on(
                "<p class=good hidden>old</p><p class=bad>it failed</p>",
                page -> assertThat(PageMessage.on(page, answer(css(".good"), css(".bad")), Duration.ZERO))
                        .isEqualTo(new PageMessage("it failed", PageMessage.Kind.ERROR)));
        on(
                "<p class=good>done</p>",
                page -> assertThat(PageMessage.on(page, answer(css(".good"), css(".bad")), Duration.ZERO))
                        .isEqualTo(new PageMessage("done", PageMessage.Kind.WON)));
        on(
                "<p>nothing</p>",
                page -> assertThat(PageMessage.on(page, answer(css(".good"), css(".bad")), Duration.ZERO))
                        .isNull());
    }

    @Test
    @Tag("slow")
    void aNoticeThatIsFoundByItsTextIsSeenAtOnce() {
        PageSettings.Press press =
                answer(new ElementLocator(ElementLocator.By.TEXT, "taken by you", null, false), null);
        on(
                "<p>Case taken by you.</p>",
                page -> assertThat(PageMessage.on(page, press, Duration.ZERO))
                        .isEqualTo(new PageMessage("Case taken by you.", PageMessage.Kind.WON)));
        on(
                "<p>nothing</p>",
                page -> assertThat(PageMessage.on(page, press, Duration.ZERO)).isNull());
    }

    @Test
    void aNoticeWithinAComponentIsRead() {
        on("<x-list></x-list>", page -> {
            component(page, "<p class=good>done</p>");
            assertThat(PageMessage.on(page, answer(css(".good"), null), Duration.ZERO))
                    .isEqualTo(new PageMessage("done", PageMessage.Kind.WON));
        });
    }

    @Test
    void aNoticeThatComesLaterIsWaitedFor() {
        on("<p class=good hidden>done</p>", page -> {
            page.evaluate("setTimeout(() => document.querySelector('p').hidden = false, 50)");
            assertThat(PageMessage.on(page, answer(css(".good"), null), LIMIT))
                    .isEqualTo(new PageMessage("done", PageMessage.Kind.WON));
        });
    }

    @Test
    @Tag("slow")
    void aRowThatIsUsedForAnotherResourceHasChanged() {
        String content = "<ul><li><b>5/2026</b><button id=2>B</button><i class=badge hidden>taken</i></ul>";
        for (ElementLocator number :
                List.of(css("b"), new ElementLocator(ElementLocator.By.TEXT, "{reference}", null, true))) {
            for (String change : List.of(
                    "document.querySelector('b').textContent = '15/2026'",
                    "document.querySelector('button').id = 12",
                    "document.querySelector('.badge').hidden = false",
                    "document.querySelector('b').outerHTML = '<b>6/2026</b>'")) {
                on(content, page -> {
                    HeldRow row = only(page, number);
                    assertThat(row.standing(page)).isEqualTo(HeldRow.RowState.SAME);
                    page.evaluate(change);
                    assertThat(row.standing(page)).as("%s, %s", number, change).isEqualTo(HeldRow.RowState.CHANGED);
                });
            }
            on(content, page -> {
                HeldRow row = only(page, number);
                page.evaluate("document.querySelector('ul').innerHTML += ''");
                assertThat(row.standing(page)).isEqualTo(HeldRow.RowState.GONE);
            });
            on(content, page -> {
                HeldRow row = only(page, number);
                page.navigate("about:blank");
                assertThat(row.standing(page)).isEqualTo(HeldRow.RowState.GONE);
            });
        }
    }

    private static HeldRow only(Page page, ElementLocator number) {
        PageSettings.Press press = new PageSettings.Press(
                "/", css("li"), number, css("button"), "id", css(".badge"), List.of(), null, null, null, null);
        List<HeldRow> rows = new ListRows(press, "2", "5/2026").on(page);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    @Test
    void aPressThatIsGivenUpBeforeItArrivesReachesNothing() {
        on("<button onclick='window.pressed = true'>A</button>", page -> {
            ElementHandle button = page.querySelector("button");
            Map<String, @Nullable Object> asked = new HashMap<>();
            asked.put("candidates", List.of(button));
            asked.put("token", "a token");
            asked.put("inRow", false);
            for (String absent : List.of("held", "boxes", "shows", "tells")) {
                asked.put(absent, null);
            }
            BoundingBox locator = button.boundingBox();
            PageScript.press(button, "aim", asked);
            assertThat(PageScript.press(button, "giveUp", Map.of())).isEqualTo(false);
            page.mouse().click(locator.x + 2, locator.y + 2);
            assertThat(page.evaluate("!!window.pressed")).isEqualTo(false);

            PageScript.press(button, "aim", asked);
            page.mouse().click(locator.x + 2, locator.y + 2);
            assertThat(page.evaluate("!!window.pressed")).isEqualTo(true);
            assertThat(PageScript.press(button, "giveUp", Map.of())).isEqualTo(true);
        });
    }
}
