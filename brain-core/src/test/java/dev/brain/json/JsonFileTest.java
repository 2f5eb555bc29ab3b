package dev.brain.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFileTest {
    @TempDir
    Path folder;

    @Test
    void aByteOrderMarkIsIgnoredAndNumbersKeepTheirDigits() throws IOException {
        Path file = Files.writeString(folder.resolve("f.json"), "\uFEFF{\"a\": 1.50}");

        assertThat(JsonFile.read(file).parse().get("a").decimalValue()).isEqualTo(new BigDecimal("1.50"));
        assertThat(JsonFile.read(file.toUri().toURL()).text()).isEqualTo("{\"a\": 1.50}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1,}", "{\"a\": 1, \"a\": 2}", "{} {}", "{\"a\": NaN}", "{"})
    void brokenJsonIsReportedWithItsPlace(String text) {
        assertThatThrownBy(() -> new JsonFile("f.json", "\n" + text).parse())
                .isInstanceOf(ConfigurationException.class)
                .message()
                .matches("f\\.json: line 2, column \\d+: broken JSON: .+");
    }

    @Test
    void aFileThatCannotBeReadIsReportedByItsName() throws IOException {
        Path latin = folder.resolve("latin.json");
        Files.write(latin, "{\"a\": \"ñ\"}".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> JsonFile.read(latin))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(latin + " is not UTF-8 text; save it as UTF-8");
        assertThatThrownBy(() -> JsonFile.read(folder.resolve("none.json")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("there is no file " + folder.resolve("none.json"));
        assertThatThrownBy(() -> JsonFile.read(folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cannot read " + folder);
    }
}
