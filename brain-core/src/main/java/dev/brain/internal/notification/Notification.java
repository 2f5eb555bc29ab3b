package dev.brain.internal.notification;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of an incident that is to be delivered, or the number of changes that were dropped. It has no personal data: no
 * message, no reference, no resource.
 *
 * @param id its number; later changes of an incident have higher ones
 * @param lease the number of the lease under which it is delivered
 * @param event what happened
 * @param subject the incident; null if notifications were dropped
 * @param count how often the incident was reported, or how many notifications were dropped
 * @param at when it happened
 * @param failures how often its delivery has failed
 */
public record Notification(
        long id, long lease, Event event, @Nullable Subject subject, int count, Instant at, int failures) {
    public Notification {
        requireNonNull(event, "event");
        requireNonNull(at, "at");
    }

    /** What happened. */
    public enum Event {
        OPENED("incident_opened"),
        REPEATED("incident_repeated"),
        CLOSED("incident_closed"),
        DROPPED("notifications_dropped");

        private final String code;

        Event(String code) {
            this.code = code;
        }

        /** Returns the name in JSON and in the table. */
        public String code() {
            return code;
        }

        /** Returns the event of a name in the table. */
        public static Event of(String code) {
            for (Event event : values()) {
                if (event.code.equals(code)) {
                    return event;
                }
            }
            throw new IllegalArgumentException("there is no event " + code);
        }
    }

    /**
     * An incident.
     *
     * @param incidentId its number
     * @param code its code, which may be one of a later version
     * @param taskId the newest task of its resource at that time; null if it has none
     */
    public record Subject(
            long incidentId,
            String siteId,
            String code,
            @Nullable Long taskId) {
        public Subject {
            requireNonNull(siteId, "siteId");
            requireNonNull(code, "code");
        }
    }

    /** Returns the text for people. */
    String text() {
        Subject about = subject;
        if (about == null) {
            return "Brain: " + (count == 1 ? "1 notification was" : count + " notifications were")
                    + " dropped, because they could not be delivered in time; see 'brain incidents list'";
        }
        String what = "Brain: " + about.code() + " at site " + about.siteId();
        String numbers =
                " (incident " + about.incidentId() + (about.taskId() == null ? "" : ", task " + about.taskId()) + ")";
        String times = count == 1 ? "1 report" : count + " reports";
        return switch (event) {
            case REPEATED -> what + " goes on: " + times + " so far" + numbers;
            case CLOSED -> what + " is closed, after " + times + numbers;
            default -> what + numbers + "; see 'brain incidents show " + about.incidentId() + "'";
        };
    }

    /** Returns the JSON that is delivered. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("text", text()).put("id", id).put("event", event.code());
        Subject about = subject;
        if (about != null) {
            json.put("incident", about.incidentId()).put("site", about.siteId()).put("code", about.code());
            if (about.taskId() != null) {
                json.put("task", about.taskId());
            }
        }
        return json.put("count", count).put("time", at.toString());
    }
}
