package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure.Kind;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task of the queue.
 *
 * @param id its number
 * @param siteId its site
 * @param resourceId its resource; null only for a task that another program wrote without one
 * @param reference its resource's human number
 * @param status the status
 * @param statusText the text of the status in the queue; empty if there is none
 * @param priority higher is taken first
 * @param attempts the number of attempts by workers of this library
 * @param failures the number of technical failures
 * @param crashes the number of leases that ran out
 * @param protocol which procedure the worker follows
 * @param payload the JSON text that the worker reads; {@code {}} after it was pruned
 * @param claimant the claimant of its resource
 * @param createdAt when it was queued
 * @param dueAt when it may be taken, if it is scheduled
 * @param deadline the time by which its resource must be dealt with; null if there is none
 * @param processedAt when it was last taken or ended
 * @param holder the worker that holds its lease; null if there is no lease, or another program has the task
 * @param failureKind whose fault its failure was
 * @param failureCode the short name of its failure
 * @param failure the last failure in one line, see {@link Failure#summary}
 * @param progress the last progress note of its worker
 * @param result the JSON text of its result
 * @param screenshotPath the path of a screenshot by its worker
 * @param approval why it was held last; null if it never was
 * @param traceparent the W3C trace context in which it was reserved; null if there was none
 * @stability stable
 */
public record Task(
        long id,
        String siteId,
        @Nullable ResourceId resourceId,
        @Nullable String reference,
        TaskStatus status,
        String statusText,
        int priority,
        int attempts,
        int failures,
        int crashes,
        @Nullable String protocol,
        @Nullable String payload,
        @Nullable String claimant,
        @Nullable Instant createdAt,
        @Nullable Instant dueAt,
        @Nullable Instant deadline,
        @Nullable Instant processedAt,
        @Nullable Holder holder,
        @Nullable Kind failureKind,
        @Nullable String failureCode,
        @Nullable String failure,
        @Nullable String progress,
        @Nullable String result,
        @Nullable String screenshotPath,
        @Nullable Approval approval,
        @Nullable String traceparent) {
    public Task {
        requireNonNull(siteId, "siteId");
        requireNonNull(status, "status");
        requireNonNull(statusText, "statusText");
    }

    /** Returns whether it failed after its worker began to submit, so that it is unknown whether it was submitted. */
    public boolean mayBeSubmitted() {
        return status == TaskStatus.FAILED && IncidentCode.SUBMIT_UNKNOWN.name().equals(failureCode);
    }

    /** Returns whether it was pruned, so that it can be neither retried nor released. */
    public boolean isPruned() {
        return !status.isActive() && "{}".equals(payload);
    }

    /** Shows only number, resource and status: the rest is personal data. */
    @Override
    public String toString() {
        return "Task[" + id + ", " + siteId + ", " + resourceId + ", " + status.code() + "]";
    }

    /**
     * The approval of a task by a person.
     *
     * @param reason why it is needed
     * @param by who gave it; null as long as nobody did
     */
    public record Approval(String reason, @Nullable String by) {
        public Approval {
            requireNonNull(reason, "reason");
        }
    }

    /**
     * The holder of a task's lease.
     *
     * @param owner the worker, for a person to read
     * @param until when its lease runs out unless it is renewed
     */
    public record Holder(String owner, Instant until) {
        public Holder {
            requireNonNull(owner, "owner");
            requireNonNull(until, "until");
        }
    }
}
