package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    private final StringWriter err = new StringWriter();

    @Test
    void whatCanBeWrittenChangesNothing() {
        assertThat(status(0, new ByteArrayOutputStream())).isZero();
        assertThat(status(2, new ByteArrayOutputStream())).isEqualTo(2);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatCannotBeWrittenIsAFailureAndIsToldInOneLine() {
        assertThat(status(0, failing("No space left on device"))).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("brain: ")
                .contains("No space left on device");
    }

    @Test
    void aCommandThatIsWrongStaysWrong() {
        assertThat(status(2, failing("No space left on device"))).isEqualTo(2);
    }

    @Test
    void aReaderThatWentAwayIsToldNothing() {
        assertThat(status(0, failing("Broken pipe"))).isEqualTo(1);
        assertThat(err.toString()).isEmpty();
    }

    private int status(int status, OutputStream stream) {
        StandardOutput output = new StandardOutput(stream);
        PrintWriter out = new PrintWriter(output, true, StandardCharsets.UTF_8);
        out.println("some text");
        return output.status(status, new PrintWriter(err));
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
