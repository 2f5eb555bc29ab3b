package dev.brain.internal.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import dev.brain.payload.PayloadException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTemplateTest {
    private static String render(String template, Map<String, String> values) {
        return UrlTemplate.parse(template).render(name -> Optional.ofNullable(values.get(name)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "2025/160585-MUL;2025%2F160585-MUL",
                "911/102532229.3;911%2F102532229.3",
                "a b;a%20b",
                "` a `;%20a%20",
                "a+b;a%2Bb",
                "100%;100%25",
                "%2F;%252F",
                "a&b=c;a%26b%3Dc",
                "?x#y;%3Fx%23y",
                "a:b@c;a%3Ab%40c",
                "[a];%5Ba%5D",
                "{a};%7Ba%7D",
                "$1\\;%241%5C",
                "\"';%22%27",
                "<b>;%3Cb%3E",
                "ñ;%C3%B1",
                "€;%E2%82%AC",
                "😀;%F0%9F%98%80",
                "a\u00A0b;a%C2%A0b",
                "a-b_c.d;a-b_c.d"
            })
    void everyOddCharacterOfAValueIsEncoded(String value, String encoded) {
        assertThat(render("https://x/{expediente}?q={expediente}", Map.of("expediente", value)))
                .isEqualTo("https://x/" + encoded + "?q=" + encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Importe (€)", "% IVA", "P&L", "1º nº", " a ", "[a]]b]", "a?:/#b", "client.nif", "\\$1"})
    void aPlaceholderMayNameAnyColumnWithoutABrace(String column) {
        assertThat(UrlTemplate.parse("https://x/{" + column + "}?q").placeholders())
                .containsExactly(column);
        assertThat(render("https://x/{" + column + "}?q", Map.of(column, "7/1")))
                .isEqualTo("https://x/7%2F1?q");
    }

    @Test
    void noCharacterOfAValueCanBreakOutOfItsPlace() {
        IntStream.rangeClosed(1, 0xFF).mapToObj(Character::toString).forEach(character -> {
            String value = "a" + character + "b";
            URI uri = URI.create(render("https://x/{v}/end?q={v}#{v}", Map.of("v", value)));

            assertThat(uri.getPath()).isEqualTo("/" + value + "/end");
            assertThat(uri.getQuery()).isEqualTo("q=" + value);
            assertThat(uri.getFragment()).isEqualTo(value);
            assertThat(uri.getRawPath().chars().filter(c -> c == '/')).hasSize(2);
        });
    }

    @Test
    void theTemplateItselfIsLeftAsItIs() {
        assertThat(render("https://x/á $1?a=%20&b=\\", Map.of())).isEqualTo("https://x/á $1?a=%20&b=\\");
        assertThat(render("", Map.of())).isEmpty();
    }

    @Test
    void everyPlaceholderGetsItsValue() {
        assertThat(render("{a}{b}-{a}", Map.of("a", "1", "b", "2"))).isEqualTo("12-1");
        assertThat(UrlTemplate.parse("{b}/{a}/{b}/{a b}/{client.nif}").placeholders())
                .containsExactly("b", "a", "a b", "client.nif");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "}", "{a", "a}", "}{", "{{a}}", "{a}}", "{a{b}", "https://x/{expediente"})
    void anUnpairedBraceIsRefused(String template) {
        assertThatThrownBy(() -> UrlTemplate.parse(template))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'" + template + "'")
                .hasMessageContaining("unpaired brace");
    }

    @Test
    void emptyBracesAreAPlaceholderThatNobodyKnows() {
        assertThat(UrlTemplate.parse("https://x/{}").placeholders()).containsExactly("");
        assertThatThrownBy(() -> render("https://x/{}", Map.of())).isInstanceOf(PayloadException.class);
    }

    @Test
    void aPlaceholderWithoutAValueIsNamed() {
        assertThatThrownBy(() -> render("https://x/{Organisme}", Map.of()))
                .isInstanceOf(PayloadException.class)
                .hasMessage("the URL template's {Organisme} has no value");
    }

    @Test
    void anEmptyValueIsNone() {
        assertThatThrownBy(() -> render("https://x/{expediente}", Map.of("expediente", "")))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("{expediente}");
    }

    @Test
    void itShowsItsText() {
        assertThat(UrlTemplate.parse("https://x/{a}")).hasToString("https://x/{a}");
    }
}
