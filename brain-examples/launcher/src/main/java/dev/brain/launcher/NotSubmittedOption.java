package dev.brain.launcher;

import dev.brain.error.BrainException;
import dev.brain.queue.Task;
import picocli.CommandLine.Option;

/** The confirmation that a case was not submitted, for commands that may lead to its being submitted again. */
final class NotSubmittedOption {
    private static final String NAME = "--not-submitted";

    @Option(
            names = NAME,
            description =
                    "Confirms that somebody has checked on the site that the case was not submitted. Required for a task"
                            + " that may have been submitted.")
    private boolean set;

    boolean isSet() {
        return set;
    }

    /**
     * Refuses a task that may have been submitted, unless the option is given.
     *
     * @throws BrainException which says what to do
     */
    void require(Task task) {
        if (task.mayBeSubmitted() && !set) {
            throw new BrainException("task " + task.id() + " may have been submitted (" + task.failure()
                    + "), and could be submitted twice; check on the site whether "
                    + (task.reference() == null ? "its case" : task.reference())
                    + " was submitted; if it was not, repeat this command with " + NAME);
        }
    }
}
