package dev.brain.examples.launcher;

import dev.brain.error.BrainException;
import dev.brain.queue.Task;
import picocli.CommandLine.Option;

/** Whether somebody made sure that a case was not submitted, for commands that would have it submitted again. */
final class NotSubmittedOption {
    private static final String NAME = "--not-submitted";

    @Option(
            names = NAME,
            description = "Somebody has looked at the site: the case was not submitted. Needed for a task that may have"
                    + " been.")
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
                    + "), and would be submitted twice; look at the site whether "
                    + (task.reference() == null ? "its case" : task.reference())
                    + " is there, and only if it is not, repeat this with " + NAME);
        }
    }
}
