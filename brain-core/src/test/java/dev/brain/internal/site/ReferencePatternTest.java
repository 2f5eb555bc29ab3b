package dev.brain.internal.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencePatternTest {
    private static final String XALOC = "^\\d{4}/\\d{6}-MUL$";

    @ParameterizedTest
    @ValueSource(
            strings = {"2025/160585-MUL", "  2025/160585-MUL ", "\u00A02025/160585-MUL\u00A0", "2025/160585-MUL\r\n"})
    void aReferenceMatchesWithoutTheBlanksAtItsEnds(String reference) {
        assertThat(ReferencePattern.compile(XALOC).matches(reference)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "2025/160585-MUL (reabierto)",
                "x2025/160585-MUL",
                "2025/160585-mul",
                "2025/16058-MUL",
                "2025 /160585-MUL",
                "2025/160585-MUL\n2025/160586-MUL"
            })
    void anythingButTheWholeReferenceIsRejected(String reference) {
        assertThat(ReferencePattern.compile(XALOC).matches(reference)).isFalse();
    }

    @Test
    void aPatternWithoutAnchorsMustMatchTheWholeReferenceToo() {
        ReferencePattern pattern = ReferencePattern.compile("\\d+|\\d+-EXE");

        assertThat(pattern.matches("27474-EXE")).isTrue();
        assertThat(pattern.matches("27474-EXE2")).isFalse();
        assertThat(pattern.matches("A27474")).isFalse();
    }

    @Test
    void noReferenceMatchesNoPattern() {
        assertThat(ReferencePattern.compile(".*").matches(null)).isFalse();
        assertThat(ReferencePattern.compile("").matches(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'(', 1, Unclosed group",
        "'\\d{4}/[0-9', 9, Unclosed character class",
        "'*-MUL', 0, Dangling meta character",
        "'a{2,1}', 5, Illegal repetition range",
        "'\\p{Foo}', 6, Foo",
        "'(?<n>a)(?<n>b)', 11, already defined"
    })
    void aBrokenPatternSaysWhereAndWhatToDo(String regex, int position, String reason) {
        assertThatThrownBy(() -> ReferencePattern.compile(regex))
                .isInstanceOf(PatternException.class)
                .hasCauseInstanceOf(PatternSyntaxException.class)
                .hasMessageContaining("'" + regex + "' is broken at position " + position + ":")
                .hasMessageContaining(reason)
                .hasMessageEndingWith("correct it in the site");
    }

    @Test
    void aPatternNestedTooDeeplyIsBroken() {
        assertThatThrownBy(() -> ReferencePattern.compile("(".repeat(50_000))).isInstanceOf(PatternException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(.*a){20}",
                "((a+)+)+",
                "(a+)+\\1b",
                "(a+)+$\\1",
                "a*a*a*a*a*a*b",
                "(.*)*(.*)*=",
                "(a{1,9}){1,20}b",
                "(a?a?)*b\\1"
            })
    void aPatternThatBacktracksWithoutEndIsReported(String regex) {
        ReferencePattern pattern = ReferencePattern.compile(regex);
        String reference = "a".repeat(500) + "!";

        assertThatThrownBy(() -> pattern.matches(reference))
                .isInstanceOf(PatternException.class)
                .hasMessageContaining("'" + regex + "' backtracks without end on '" + "a".repeat(60) + "'")
                .hasMessageContaining("without nested repetition");
    }

    /** Some of these the JDK itself cuts short, by remembering where it has failed before; not every version does. */
    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|aa)+", "(a*)*b", "(a?){40}a{40}b", "(?:a|a)*c", "^(\\w+\\s?)*$", "(a+)+b"})
    void aPatternThatCouldBacktrackWithoutEndEnds(String regex) {
        ReferencePattern pattern = ReferencePattern.compile(regex);
        String reference = "a".repeat(2_000) + "!";

        assertThat(matchesOrIsReported(pattern, reference)).isFalse();
    }

    private static boolean matchesOrIsReported(ReferencePattern pattern, String reference) {
        try {
            return pattern.matches(reference);
        } catch (PatternException reported) {
            return false;
        }
    }

    @Test
    void aPatternThatRecursesTooDeepIsReported() {
        ReferencePattern pattern = ReferencePattern.compile("(a|b)*");

        assertThatThrownBy(() -> pattern.matches("ab".repeat(25_000)))
                .isInstanceOf(PatternException.class)
                .hasCauseInstanceOf(StackOverflowError.class)
                .hasMessageContaining("(a|b)*");
    }

    @Test
    void afterAFailureThePatternStillServes() {
        ReferencePattern pattern = ReferencePattern.compile("((a+)+)+");

        assertThatThrownBy(() -> pattern.matches("a".repeat(60) + "!")).isInstanceOf(PatternException.class);
        assertThat(pattern.matches("aaa")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'^\\d{4}/\\d{6}-MUL$', 2025/160585-MUL",
        "'^(\\d{3}/)?\\d{9}\\.\\d$', 911/102532229.3",
        "'[A-Z]{3}/\\d{4}/\\d{9}', MSA/2025/123456789",
        "'.*MUL.*', 2025/160585-MUL",
        "'(?:\\d+-)?\\d+/\\d+-[A-Z]{3}', 43150-2026/3320-GIM"
    })
    void honestPatternsStayFarBelowTheBudget(String regex, String reference) {
        assertThat(ReferencePattern.compile(regex).matches(reference)).isTrue();
    }

    @Test
    void aLongReferenceIsNoReasonToGiveUp() {
        assertThat(ReferencePattern.compile("\\d+").matches("1".repeat(ReferencePattern.BUDGET / 2)))
                .isTrue();
    }

    @Test
    void itShowsItsExpression() {
        assertThat(ReferencePattern.compile(XALOC)).hasToString(XALOC);
    }
}
