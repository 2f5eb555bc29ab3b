package dev.brain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    @TempDir
    private Path folder;

    private Environment load(String file, Map<String, String> real) throws IOException {
        Files.writeString(folder.resolve(".env"), file);
        return Environment.load(folder, real);
    }

    private Environment load(String file) throws IOException {
        return load(file, Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "A=x|x",
                "  A = x  |x",
                "export A=x|x",
                "export\tA=x|x",
                "A=\"x\"|x",
                "A='x'|x",
                "A=\"x # y\"|x # y",
                "A='x # y' # a comment|x # y",
                "A=\"x\" # say \"hi\"|x",
                "A=x # a comment|x",
                "A=x\t# a comment|x",
                "A=x#y|x#y",
                "A=#x|#x",
                "A=x=y==|x=y==",
                "A=x y|x y",
                "A='it\"s'|it\"s",
                "A=it's|it's",
                "A=\"say \\\"hi\\\"\"|say \"hi\"",
                "A='it\\'s'|it's",
                "A=\"ends with \\\\\" # c|ends with \\",
                "A=\"\\\\host\\share\"|\\host\\share",
                "A=\"host\\name\"|host\\name",
                "A='say \\\"hi\\\"'|say \\\"hi\\\"",
                "A=x\"y\"|x\"y\"",
                "A=x\\\"|x\\\"",
                "A=C:\\new\\table|C:\\new\\table",
                "A=$HOME/${x}|$HOME/${x}",
                "A=ñ€|ñ€"
            },
            delimiter = '|')
    void aLineGivesItsValue(String file, String expected) throws IOException {
        assertThat(load(file).get("A")).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A=", "A=   ", "A=\"\"", "A=''", "A=' '", "A= # only a comment", "#A=x", "  # A=x", "", "\n\n"})
    void noValueIsAbsent(String file) throws IOException {
        assertThat(load(file).get("A")).isEmpty();
    }

    @Test
    void theLastLineOfANameCounts() throws IOException {
        assertThat(load("A=1\nA=2").get("A")).contains("2");
    }

    @Test
    void filesOfOtherEditorsAreReadAlike() throws IOException {
        Environment environment = load("\uFEFFA=1\r\n\r\n# comment\r\nB=\"2\"\r\n   \r\nexport C=3");

        assertThat(environment.get("A")).contains("1");
        assertThat(environment.get("B")).contains("2");
        assertThat(environment.get("C")).contains("3");
    }

    @Test
    void aByteOrderMarkBeforeACommentIsNoMistake() throws IOException {
        assertThat(load("\uFEFF# comment\nA=1").get("A")).contains("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "=hunter2",
                "PASS WORD=hunter2",
                "2PASS=hunter2",
                "PASS-WORD=hunter2",
                "export =hunter2"
            })
    void aBadLineIsToldByItsNumberOnly(String line) {
        assertThatThrownBy(() -> load("A=1\n\n" + line + "\nB=2"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(folder.resolve(".env") + ", line 3 is not NAME=VALUE")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void theRealEnvironmentWins() throws IOException {
        Environment environment = load("A=file\nB=file", Map.of("A", "real", "C", "real"));

        assertThat(environment.get("A")).contains("real");
        assertThat(environment.get("B")).contains("file");
        assertThat(environment.get("C")).contains("real");
    }

    @Test
    void withoutAFileThereIsTheRealEnvironment() {
        assertThat(Environment.load(folder, Map.of("A", "real")).get("A")).contains("real");
        assertThat(Environment.load(folder.resolve("missing"), Map.of()).get("A"))
                .isEmpty();
        assertThat(Environment.load(folder).get("PATH"))
                .isEqualTo(Environment.of(System.getenv()).get("PATH"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'hunter2", "\"hunter2", "'", "\"hunter2\\\"", "'hunter2\" # x", "\"hunter2\"x", "'a' 'hunter2'"
            })
    void aQuoteThatDoesNotEndWithTheValueIsToldWithoutIt(String value) {
        assertThatThrownBy(() -> load("B=1\nPASS=" + value + "\nC=2"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(folder.resolve(".env") + ", line 2 (PASS) has ")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void whatIsNoFileIsNamedAndNeverWaitedFor() throws Exception {
        Path file = folder.resolve(".env");
        Files.createDirectory(file);
        assertRefused(".env is a folder");

        Files.delete(file);
        Files.createSymbolicLink(file, folder.resolve("missing"));
        assertRefused(".env is a link to a file that is missing");

        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertRefused(".env is a pipe");
    }

    private void assertRefused(String told) {
        assertThatThrownBy(() -> Environment.load(folder, Map.of("A", "real")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(told)
                .hasMessageStartingWith(folder.toString());
    }

    @Test
    void aLinkToAFileIsThatFile() throws IOException {
        Files.writeString(folder.resolve("settings"), "A=1");
        Files.createSymbolicLink(folder.resolve(".env"), folder.resolve("settings"));

        assertThat(Environment.load(folder, Map.of()).get("A")).contains("1");
    }

    @Test
    void theFileOfTheHomeFolderGivesWhatTheOthersLack() throws IOException {
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve(".env"), "A=home\nB=home\nC=home\nBRAIN_HOME=elsewhere");

        Environment environment = load("BRAIN_HOME=home\nA=file\nB=file", Map.of("A", "real"));

        assertThat(environment.get("A")).contains("real");
        assertThat(environment.get("B")).contains("file");
        assertThat(environment.get("C")).contains("home");
        assertThat(environment.get("BRAIN_HOME")).contains("home");
    }

    @Test
    void theHomeFolderMayBeNamedByTheRealEnvironment() throws IOException {
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve(".env"), "A=home");

        assertThat(Environment.load(folder, Map.of("BRAIN_HOME", home.toString()))
                        .get("A"))
                .contains("home");
        assertThat(Environment.load(
                                folder,
                                Map.of("BRAIN_HOME", folder.resolve("missing").toString()))
                        .get("A"))
                .isEmpty();
    }

    @Test
    void aFileThatIsNoUtf8SaysSo() throws IOException {
        Files.write(folder.resolve(".env"), "A=1\n\nPASSWORD=contraseña\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> Environment.load(folder, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(".env, line 3 is not UTF-8")
                .hasMessageNotContaining("contrase");
    }

    @Test
    void readingGoesOnAfterWhatIsWrong() throws IOException {
        Files.writeString(folder.resolve(".env"), "A=1\nnonsense\nB=\"open\nC=3\n");
        List<ConfigurationException> problems = new ArrayList<>();
        Environment environment = Environment.load(folder, Map.of(), problems::add);

        assertThat(environment.names()).containsExactlyInAnyOrder("A", "C");
        assertThat(problems)
                .extracting(Throwable::getMessage)
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("line 2"),
                        problem -> assertThat(problem).contains("line 3"));
    }

    @Test
    void itShowsNamesAndNoValue() {
        assertThat(Environment.of(Map.of("XVIA_PASSWORD", "hunter2", "A", "hunter2")))
                .hasToString("Environment[A, XVIA_PASSWORD]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "+1", " 1 ", "0001"})
    void aWholeNumberIsRead(String text) {
        assertThat(Environment.of(Map.of("A", text)).integer("A", 5, 1)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.0", "1e3", "one", "2147483648", "-2147483649", "1 2", "5s", "hunter2"})
    void anythingElseIsRefusedWithItsNameAndBoundButWithoutItsValue(String text) {
        assertThatThrownBy(() -> Environment.of(Map.of("A", text)).integer("A", 5, 1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the variable A must be a whole number of at least 1");
    }

    @Test
    void theBoundItselfIsAllowed() {
        assertThat(Environment.of(Map.of("A", "0")).integer("A", 5, 0)).isZero();
        assertThat(Environment.of(Map.of("A", "2147483647")).integer("A", 5, 1)).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aBlankNumberOrListIsTheFallback(String blank) {
        Environment environment = Environment.of(Map.of("A", blank));

        assertThat(environment.integer("A", 5, 1)).isEqualTo(5);
        assertThat(environment.list("A")).isEmpty();
        assertThat(environment.list("B")).isEmpty();
    }

    @Test
    void aListIsItsPartsWithoutEmptyOnes() {
        assertThat(Environment.of(Map.of("A", " madrid , ,xaloc,, ")).list("A")).containsExactly("madrid", "xaloc");
        assertThat(Environment.of(Map.of("A", ",")).list("A")).isEmpty();
    }

    @Test
    void laterChangesOfTheMapDontReachIt() {
        Map<String, String> values = new HashMap<>(Map.of("A", "1"));
        Environment environment = Environment.of(values);
        values.put("A", "2");

        assertThat(environment.get("A")).contains("1");
    }

    @Test
    void aNulByteIsToldWithItsLineAndWithoutTheValue() throws IOException {
        Files.writeString(folder.resolve(".env"), "A=1\nBRAIN_HOME=swordfish\0\n");
        assertThatThrownBy(() -> Environment.load(folder, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(folder.resolve(".env") + ", line 2 has a NUL byte")
                .hasMessageNotContaining("swordfish");
    }
}
