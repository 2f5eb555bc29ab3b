package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedSqlTest {
    private static BoundSql bind(String sql, Map<String, ? extends @Nullable Object> values) {
        return NamedSql.parse(sql).bind(values);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a = 1",
                "a = ':x'",
                "a = 'it''s :x'",
                "a = '12:30:00'",
                "a BETWEEN '2018-12-11 12:50:32' AND '2018-12-11 23:59:59'",
                "a = '' AND b = ':x'",
                "\"a:x\" = 1",
                "\"a\"\":x\" = 1",
                "[a:x] = 1",
                "[a :x] = 1",
                "[a]]:x] = 1",
                "[a]] :x ]]]] :x] = 1",
                "[\" :x] = ']' AND [a]]:x] = 1",
                "\"[\" = 1 AND \"a\"\" :x\" = 1",
                "`a`` :x` = 1",
                "[why? :x] = 1",
                "`a :x` = 1",
                "-- :x",
                "a = 1 -- it's :x\n AND b = 2",
                "/* :x */ a = 1",
                "/* it's\n :x */ a = 1",
                "/* 'a' */ /* :x */",
                "a::text = 'x'",
                "a::x::y = 1",
                "12:30",
                "a[1:b] = 2",
                "a:x",
                "a = : x",
                "a = :1",
                ":",
                "::"
            })
    void whatIsNoParameterIsLeftAlone(String sql) {
        assertThat(NamedSql.parse(sql).names()).isEmpty();
        assertThat(bind(sql, Map.of("x", 1))).isEqualTo(new BoundSql(sql, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ":x|?",
                "a=:x|a=?",
                "a=:x;|a=?;",
                "(:x)|(?)",
                "f(:x,1)|f(?,1)",
                ":x::text|?::text",
                "a = :x -- :y|a = ? -- :y",
                "a = 'it''s' AND b = :x|a = 'it''s' AND b = ?",
                "a = ':x' AND b = :x|a = ':x' AND b = ?",
                "[a]:x|[a]?",
                "[a]] :y]:x|[a]] :y]?",
                "[a] = ']' AND b = :x|[a] = ']' AND b = ?",
                "a = b[c[1]] AND d = :x|a = b[c[1]] AND d = ?",
                "\"a\"\" :y\"=:x|\"a\"\" :y\"=?",
                "a = /* :y */ :x|a = /* :y */ ?",
                "a > -:x|a > -?"
            })
    void aParameterIsFoundWhereverItStands(String sql, String bound) {
        assertThat(bind(sql, Map.of("x", 7))).isEqualTo(new BoundSql(bound, List.of(7)));
    }

    @Test
    void aCommentEndsWithItsLine() {
        assertThat(bind("a -- it's :y\n= :x", Map.of("x", 7))).isEqualTo(new BoundSql("a -- it's :y\n= ?", List.of(7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "_x", "x1", "aLongName_2", "año", "X"})
    void aNameIsAWord(String name) {
        assertThat(bind("a = :" + name + " AND 1 = 1", Map.of(name, 7)))
                .isEqualTo(new BoundSql("a = ? AND 1 = 1", List.of(7)));
    }

    @Test
    void namesAreListedOnceInTheirOrder() {
        assertThat(NamedSql.parse("a = :b AND c = :a OR d = :b").names()).containsExactly("b", "a");
    }

    @Test
    void aRepeatedParameterIsBoundEachTime() {
        assertThat(bind("a = :x OR b = :y OR c = :x", Map.of("x", 1, "y", 2)))
                .isEqualTo(new BoundSql("a = ? OR b = ? OR c = ?", List.of(1, 2, 1)));
    }

    @Test
    void aParameterWithoutAValueIsRefusedByName() {
        assertThatThrownBy(() -> bind("a = :texp", Map.of("TEXP", 1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(":texp");
    }

    @Test
    void nullIsAValue() {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("x", null);

        BoundSql bound = bind("SET a = :x", values);

        assertThat(bound.sql()).isEqualTo("SET a = ?");
        assertThat(bound.values()).hasSize(1).containsOnlyNulls();
    }

    @Test
    void aValueIsNeverPartOfTheStatement() {
        assertThat(bind("a = :x AND b IN (:y) AND c LIKE :y", Map.of("x", "' OR 1=1 --", "y", List.of("$1", "\\"))))
                .isEqualTo(new BoundSql(
                        "a = ? AND b IN (?,?) AND (c LIKE ? OR c LIKE ?)",
                        List.of("' OR 1=1 --", "$1", "\\", "$1", "\\")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a IN (:x)|a IN (?,?)",
                "a NOT IN (:x)|a NOT IN (?,?)",
                "a IN (1,:x)|a IN (1,?,?)",
                "a LIKE :x|(a LIKE ? OR a LIKE ?)",
                "a like :x|(a like ? OR a like ?)",
                "a NOT LIKE :x|(a NOT LIKE ? AND a NOT LIKE ?)",
                "a  Not  Like  :x|(a  Not  Like  ? AND a  Not  Like  ?)",
                "NOT a LIKE :x|NOT (a LIKE ? OR a LIKE ?)",
                "b = 1 AND a LIKE :x AND c = 2|b = 1 AND (a LIKE ? OR a LIKE ?) AND c = 2",
                "(a LIKE :x)|((a LIKE ? OR a LIKE ?))",
                "e.a LIKE :x|(e.a LIKE ? OR e.a LIKE ?)",
                "dbo.e.a NOT LIKE :x|(dbo.e.a NOT LIKE ? AND dbo.e.a NOT LIKE ?)",
                "[a b] LIKE :x|([a b] LIKE ? OR [a b] LIKE ?)",
                "e.[a b] NOT LIKE :x|(e.[a b] NOT LIKE ? AND e.[a b] NOT LIKE ?)",
                "\"a b\" LIKE :x|(\"a b\" LIKE ? OR \"a b\" LIKE ?)",
                "\"e\".\"a\" LIKE :x|(\"e\".\"a\" LIKE ? OR \"e\".\"a\" LIKE ?)",
                "`a` LIKE :x|(`a` LIKE ? OR `a` LIKE ?)",
                "[P&L] LIKE :x|([P&L] LIKE ? OR [P&L] LIKE ?)",
                "[a]]b[c] LIKE :x|([a]]b[c] LIKE ? OR [a]]b[c] LIKE ?)",
                "e.[a.]]b] LIKE :x|(e.[a.]]b] LIKE ? OR e.[a.]]b] LIKE ?)",
                "\"a\"\" LIKE\" LIKE :x|(\"a\"\" LIKE\" LIKE ? OR \"a\"\" LIKE\" LIKE ?)",
                "`% ``IVA` NOT LIKE :x|(`% ``IVA` NOT LIKE ? AND `% ``IVA` NOT LIKE ?)",
                "b = '[' AND [a] LIKE :x|b = '[' AND ([a] LIKE ? OR [a] LIKE ?)",
                "b = '\"' AND \"a\" LIKE :x|b = '\"' AND (\"a\" LIKE ? OR \"a\" LIKE ?)",
                "t.#a$b LIKE :x|(t.#a$b LIKE ? OR t.#a$b LIKE ?)",
                "a /* f + */ LIKE :x|(a /* f + */ LIKE ? OR a /* f + */ LIKE ?)",
                "año LIKE :x|(año LIKE ? OR año LIKE ?)",
                "a COLLATE Modern_Spanish_CI_AI LIKE :x|(a COLLATE Modern_Spanish_CI_AI LIKE ? OR a COLLATE Modern_Spanish_CI_AI LIKE ?)",
                "a COLLATE NOCASE NOT LIKE :x|(a COLLATE NOCASE NOT LIKE ? AND a COLLATE NOCASE NOT LIKE ?)"
            })
    void aListIsAlternatives(String sql, String bound) {
        assertThat(bind(sql, Map.of("x", List.of("p", "q")))).isEqualTo(new BoundSql(bound, List.of("p", "q")));
    }

    @Test
    void alternativesMayStandOnTheNextLine() {
        assertThat(bind("a\nLIKE\n:x", Map.of("x", List.of("p", "q"))).sql()).isEqualTo("(a\nLIKE\n? OR a\nLIKE\n?)");
    }

    @Test
    void alternativesForSeveralColumnsDontMix() {
        assertThat(bind("a LIKE :x OR b NOT LIKE :y", Map.of("x", List.of(1, 2, 3), "y", List.of(4, 5))))
                .isEqualTo(new BoundSql(
                        "(a LIKE ? OR a LIKE ? OR a LIKE ?) OR (b NOT LIKE ? AND b NOT LIKE ?)",
                        List.of(1, 2, 3, 4, 5)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a IN (:x)|a IN (?)",
                "a LIKE :x|a LIKE ?",
                "a NOT LIKE :x|a NOT LIKE ?",
                "f(a) LIKE :x|f(a) LIKE ?"
            })
    void aListOfOneIsOneValue(String sql, String bound) {
        assertThat(bind(sql, Map.of("x", List.of("p")))).isEqualTo(new BoundSql(bound, List.of("p")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a IN (:x)|a IN (NULL)",
                "a NOT IN (:x)|a NOT IN (NULL)",
                "a LIKE :x|a LIKE NULL",
                "a NOT LIKE :x|a NOT LIKE NULL"
            })
    void anEmptyListComparesWithNullAndMatchesNothing(String sql, String bound) {
        assertThat(bind(sql, Map.of("x", List.of()))).isEqualTo(new BoundSql(bound, List.of()));
    }

    /** With one value they would work, so that the second one is what breaks them: a person must be told of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPPER(a) LIKE :x",
                "UPPER(a) NOT LIKE :x",
                "(a) LIKE :x",
                "a || b LIKE :x",
                "a + [b] LIKE :x",
                "a + [b c] LIKE :x",
                "'a b' LIKE :x",
                "a + b LIKE :x",
                "'a' LIKE :x",
                ":y LIKE :x"
            })
    void alternativesForAnythingButAColumnAreRefused(String sql) {
        assertThatThrownBy(() -> bind(sql, Map.of("x", List.of("p", "q"), "y", 1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(":x")
                .hasMessageContaining("LIKE");
    }

    @Test
    void aStatementIsBoundAsOftenAsOneLikes() {
        NamedSql sql = NamedSql.parse("a LIKE :x");

        assertThat(sql.bind(Map.of("x", List.of(1, 2))).values()).containsExactly(1, 2);
        assertThat(sql.bind(Map.of("x", List.of(3))).sql()).isEqualTo("a LIKE ?");
    }

    @Test
    void longLiteralsAndCommentsDontExhaustTheStack() {
        String text = "x''".repeat(100_000);
        String sql = "a = '" + text + "' AND \"" + text + "\" = 1 /* " + text + " */ AND b = :x";

        assertThat(NamedSql.parse(sql).names()).containsExactly("x");
    }

    @Test
    void longStatementsWithManyListsAreBound() {
        List<Integer> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            many.add(i);
        }

        BoundSql bound = bind("a LIKE :x AND b IN (:x)", Map.of("x", many));

        assertThat(bound.values()).hasSize(4000);
        assertThat(bound.sql().chars().filter(c -> c == '?')).hasSize(4000);
    }

    @Test
    void eachAlternativeKeepsItsEscapeClause() {
        String sql = "a LIKE :a ESCAPE '\\' AND b = :b";
        assertThat(bind(sql, Map.of("a", List.of("x\\_%", "y"), "b", 1)))
                .isEqualTo(new BoundSql(
                        "(a LIKE ? ESCAPE '\\' OR a LIKE ? ESCAPE '\\') AND b = ?", List.of("x\\_%", "y", 1)));
        assertThat(bind(sql, Map.of("a", List.of("x"), "b", 1)).sql()).isEqualTo("a LIKE ? ESCAPE '\\' AND b = ?");
    }
}
