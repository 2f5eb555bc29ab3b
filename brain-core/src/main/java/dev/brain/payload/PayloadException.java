package dev.brain.payload;

import dev.brain.error.BrainException;
import java.util.List;

/**
 * A payload can't be built from this resource; names every problem, so that a person corrects all at once.
 *
 * @stability stable
 */
public class PayloadException extends BrainException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * Names all problems.
     *
     * @param problems each naming its field and what is wrong with it; personal data has no place here
     */
    public PayloadException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public PayloadException(String problem) {
        this(List.of(problem));
    }

    public List<String> problems() {
        return problems;
    }
}
