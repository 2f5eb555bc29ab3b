package dev.brain.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    private static final List<String> KNOWN = List.of("handler", "max_concurrent", "rate");

    @Test
    void aSlipFindsWhatWasMeant() {
        assertThat(Spelling.nearest("hanlder", KNOWN)).contains("handler");
        assertThat(Spelling.nearest("max-Concurent", KNOWN)).contains("max_concurrent");
        assertThat(Spelling.nearest("rates", KNOWN)).contains("rate");
    }

    @Test
    void whatIsLikeNothingFindsNothing() {
        assertThat(Spelling.nearest("attachment_url", KNOWN)).isEmpty();
        assertThat(Spelling.nearest("handler", List.of())).isEmpty();
    }
}
