package dev.brain.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.BrainException;
import dev.brain.plugin.Greeter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private final StringBuilder log = new StringBuilder();

    private Greeter.Closed closed(String name) {
        return new Greeter.Closed(log, name);
    }

    @Test
    void theLastIsClosedFirst() {
        Closing.all(List.of(closed("a"), closed("b"), closed("c")));

        assertThat(log).hasToString("c b a ");
    }

    @Test
    void whatIsNotCloseableIsPassedOver() {
        Closing.all(List.of("text", closed("a"), 5));
        Closing.all(List.of());

        assertThat(log).hasToString("a ");
    }

    @Test
    void allAreClosedAlthoughSomeFailAndEveryFailureIsTold() {
        assertThatThrownBy(() -> Closing.all(
                        List.of(closed("a"), closed("broken 1"), closed("b"), closed("broken 2"), closed("c"))))
                .isInstanceOf(BrainException.class)
                .hasMessage("cannot close " + Greeter.Closed.class.getName() + ": broken 2 is stuck")
                .hasCauseInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(other -> assertThat(other).hasMessage("broken 1 is stuck")));

        assertThat(log).hasToString("c broken 2 b broken 1 a ");
    }

    @Test
    void anInterruptIsKept() {
        AutoCloseable interrupted = () -> {
            throw new InterruptedException("woken");
        };

        assertThatThrownBy(() -> Closing.all(List.of(closed("a"), interrupted))).isInstanceOf(BrainException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(log).hasToString("a ");
    }

    @Test
    void anErrorStopsNoOtherFromBeingClosed() {
        AutoCloseable defective = () -> {
            throw new StackOverflowError("for a test");
        };

        assertThatThrownBy(() -> Closing.all(List.of(closed("a"), closed("broken"), defective)))
                .isInstanceOf(StackOverflowError.class)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(other -> assertThat(other).hasMessage("broken is stuck")));

        assertThat(log).hasToString("broken a ");
    }

    @Test
    void afterAFailureAllAreClosedAndTheFailureStaysTheFirst() {
        IllegalStateException failure = new IllegalStateException("the first");
        AutoCloseable same = () -> {
            throw failure;
        };

        Closing.afterFailure(failure, closed("a"), null, closed("broken"), same);

        assertThat(log).hasToString("broken a ");
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(other -> assertThat(other).hasMessage("broken is stuck"));
    }
}
