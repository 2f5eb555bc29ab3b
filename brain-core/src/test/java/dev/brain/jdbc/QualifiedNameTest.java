package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualifiedNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "RecursosExp                    | RecursosExp",
                "Recursos.RecursosExp           | Recursos / RecursosExp",
                "Multas.Recursos.RecursosExp    | Multas / Recursos / RecursosExp",
                "a.b.c.d                        | a / b / c / d",
                "2026 Casos (€).P&L             | 2026 Casos (€) / P&L",
                "O'Brien.% IVA                  | O'Brien / % IVA",
                "dbo.[Casos.v1]                 | dbo / Casos.v1",
                "[dbo].[RecursosExp]            | dbo / RecursosExp",
                "[a]].[b].[c]                   | a].[b / c",
                "[[]]].[\"`]                     | [] / \"`",
                "\"a.\"\"b\"\"\".c                | a.\"b\" / c",
                "`a.``b```.\"]\"                 | a.`b` / ]"
            })
    void aQuotedPartMayHoldAnything(String name, String parts) {
        assertThat(String.join(" / ", QualifiedName.parts(name))).isEqualTo(parts);
    }

    @Test
    void aQuotedPartKeepsItsBlanks() {
        assertThat(QualifiedName.parts("[ a ].b")).containsExactly(" a ", "b");
        assertThat(QualifiedName.parts("[" + "a]]".repeat(50_000) + "]")).containsExactly("a]".repeat(50_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a", "\"a", "`a", "[a]b", "a[b]", "[a] .b", "a. b", "a]", "[a]]", "\"a\"\"", "a\"b"})
    void whatCannotBeReadIsRefusedWithWhatToDo(String name) {
        assertThatThrownBy(() -> QualifiedName.parts(name))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("schema.[a.b]");
    }
}
