package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCellAndNumbersStandRight() {
        assertThat(print(Table.of("SITE", "SEEN", "NOTE").row("a", 5, "x").row("madrid", 1_234, null)))
                .isEqualTo("""
                        SITE    SEEN  NOTE
                        a          5  x
                        madrid  1234
                        """);
    }

    @Test
    void aCellWithoutANumberLeavesTheOthersOfItsColumnOnTheRight() {
        assertThat(print(Table.of("SITE", "SEEN").row("a", null).under("paused").row("b", 12)))
                .isEqualTo("""
                        SITE  SEEN
                        a
                              paused
                        b       12
                        """);
    }

    @Test
    void lettersOfSeveralCharactersTakeOnePlaceAndWideOnesTwo() {
        // the e of the first has its accent as a character of its own
        assertThat(print(Table.untitled(2)
                        .row("Inve\u0301ntez", "x")
                        .row("Inventez", "y")
                        .row("日本日本", "z")))
                .isEqualTo("""
                        Inve\u0301ntez  x
                        Inventez  y
                        日本日本  z
                        """);
    }

    @Test
    void linesWithinACellAreJoined() {
        assertThat(print(Table.untitled(1).row("one\ntwo"))).isEqualTo("one two\n");
    }

    private static String print(Table table) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text));
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
