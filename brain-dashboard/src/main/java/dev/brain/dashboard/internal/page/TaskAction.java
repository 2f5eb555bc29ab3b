package dev.brain.dashboard.internal.page;

import dev.brain.BrainOperations;
import dev.brain.dashboard.internal.web.Messages;
import dev.brain.error.BrainException;
import dev.brain.history.Actor;
import dev.brain.queue.Task;
import dev.brain.queue.TaskOperations;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What people do with tasks. */
public enum TaskAction {
    /** Makes an ended task ready again. */
    RETRY(Set.of(TaskStatus.FAILED, TaskStatus.CANCELLED), true),
    CANCEL(Set.of(TaskStatus.HELD, TaskStatus.PENDING, TaskStatus.SCHEDULED), true),
    APPROVE(Set.of(TaskStatus.HELD), true),
    HOLD(Set.of(TaskStatus.PENDING, TaskStatus.SCHEDULED), false),
    /** Gives the resource back to the system of record. */
    RELEASE(
            Set.of(TaskStatus.HELD, TaskStatus.PENDING, TaskStatus.SCHEDULED, TaskStatus.FAILED, TaskStatus.CANCELLED),
            true),
    /** Lets the resource of an ended task be queued again. */
    UNBLOCK(Set.of(TaskStatus.FAILED, TaskStatus.CANCELLED), false);

    @SuppressWarnings("ImmutableEnumChecker") // each is made by Set.of
    private final Set<TaskStatus> statuses;

    private final boolean isBulk;

    TaskAction(Set<TaskStatus> statuses, boolean isBulk) {
        this.statuses = statuses;
        this.isBulk = isBulk;
    }

    /** Returns the name in addresses and texts. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<TaskAction> of(String code) {
        for (TaskAction action : values()) {
            if (action.code().equals(code)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }

    boolean isBulk() {
        return isBulk;
    }

    /** Returns whether the action makes sense for a task as it is. */
    boolean fits(Task task, PageContext context) {
        return statuses.contains(task.status())
                && !(this == RELEASE && context.brain().isEmpty())
                && !(this != UNBLOCK && task.isPruned())
                && (this != UNBLOCK || task.resourceId() != null);
    }

    /** Returns whether somebody may have to confirm that the case was not submitted. */
    boolean asksForSubmission(Task task) {
        return (this == RETRY || this == RELEASE || this == UNBLOCK) && task.mayBeSubmitted();
    }

    /**
     * What a person adds to an action.
     *
     * @param note why; empty if there is nothing to say
     * @param isNotSubmitted whether the person has made sure that the case was not submitted
     */
    record Input(String note, boolean isNotSubmitted) {}

    /**
     * Does it. Returns why it was not done; empty if it was.
     *
     * @throws BrainException if it was not done; the message says why
     */
    Optional<String> apply(PageContext context, Messages messages, Actor actor, Task task, Input input) {
        if (!fits(task, context)) {
            return Optional.of(messages.text(
                    "action.unfit", messages.text("status." + task.status().code())));
        }
        return done(context, actor, task, input)
                ? Optional.empty()
                : Optional.of(messages.text("action.refused." + code()));
    }

    private boolean done(PageContext context, Actor actor, Task task, Input input) {
        TaskOperations tasks = context.store().operations();
        Optional<BrainOperations> brain = context.brain();
        return switch (this) {
            case RETRY ->
                brain.isPresent()
                        ? brain.get().retry(actor, task.id(), input.isNotSubmitted())
                        : tasks.retry(actor, task.id(), input.isNotSubmitted());
            case CANCEL -> tasks.cancel(actor, task.id());
            case APPROVE -> tasks.approve(actor, task.id(), input.note().isEmpty() ? null : input.note());
            case HOLD -> tasks.hold(actor, task.id(), input.note());
            case RELEASE -> brain.orElseThrow().release(actor, task.id(), input.isNotSubmitted());
            case UNBLOCK -> {
                ResourceId resource = task.resourceId();
                yield resource != null && tasks.unblock(actor, task.siteId(), resource, input.isNotSubmitted());
            }
        };
    }
}
