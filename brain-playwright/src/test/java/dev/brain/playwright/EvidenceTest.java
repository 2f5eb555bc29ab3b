package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    @Test
    void aSecretThatIsAPartOfAnotherLeavesNothingOfIt() {
        assertThat(Evidence.redacted("robot, robot-2026!, rob", List.of("robot", "robot-2026!")))
                .isEqualTo("***, ***, rob");
    }
}
