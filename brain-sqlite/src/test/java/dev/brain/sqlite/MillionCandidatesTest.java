package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class MillionCandidatesTest {
    @TempDir
    Path folder;

    @Test
    void aMillionCandidatesPassThroughA64MebibyteHeap() throws Exception {
        int candidates = 1_000_000;
        int oneIn = 4;
        ManyCases.create(folder.resolve("cases.db"), candidates, oneIn);
        Path output = folder.resolve("output.txt");
        // all compilers: it runs for long
        List<String> command = JavaProcess.command(ManyCases.class, "-XX:TieredStopAtLevel=4", "-Xmx64m");
        command.addAll(List.of(folder.toString(), "1000"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.getOutputStream().close();
            int status = process.waitFor();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(status).as(said).isZero();
            assertThat(said).contains("candidates 1000000, rejected 750000, enqueued 250000, errors []");
        } finally {
            process.destroyForcibly();
        }
    }
}
