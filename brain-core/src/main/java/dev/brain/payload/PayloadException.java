package dev.brain.payload;

import dev.brain.error.BrainException;
import java.util.List;

/**
 * Thrown if a payload can't be built from a resource. The message names all problems, so that a person can correct them
 * at once.
 *
 * @stability stable
 */
public class PayloadException extends BrainException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * Creates an exception that names all problems.
     *
     * @param problems the problems, each with its field; without personal data
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
