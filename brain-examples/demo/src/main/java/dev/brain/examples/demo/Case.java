package dev.brain.examples.demo;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One invented case: a row of {@code RecursosExp}, and what belongs to it.
 *
 * @param id {@code idRecurso}
 * @param client {@code numclient}
 * @param body whose case it is
 * @param writing how its reference is written
 * @param standing how the row stands
 * @param reference {@code Expedient} as it stands in the row
 * @param organisme the body's name as somebody typed it
 * @param fileType {@code TExp}
 * @param state {@code Estado}: 0 free, 1 assigned, 2 completed
 * @param owner {@code UsuarioAsignado}, blank-padded
 * @param completedAt {@code FUsuarioCompletado}; also on a case that was opened again
 * @param subject {@code SujetoRecurso}
 * @param phase {@code FaseProcedimiento}
 * @param plate the car's
 * @param notes what somebody noted
 * @param createdAt {@code FAlta}
 * @param attachments the file names of its documents
 */
public record Case(
        long id,
        Client client,
        PublicBody body,
        Writing writing,
        QueueState standing,
        @Nullable String reference,
        String organisme,
        int fileType,
        int state,
        @Nullable String owner,
        @Nullable LocalDateTime completedAt,
        String subject,
        String phase,
        @Nullable String plate,
        @Nullable String notes,
        LocalDateTime createdAt,
        List<String> attachments) {

    /** How a reference is written. */
    public enum Writing {
        CLEAN,
        /** Blanks at its ends. */
        PADDED,
        /** A no-break space at an end, as copied web pages leave it. */
        NO_BREAK_SPACE,
        /** A note appended: it isn't the whole reference any more. */
        NOTED,
        /** As another body writes them. */
        FOREIGN,
        MISSING;

        /** Returns whether the reference is valid without the blanks at its ends. */
        public boolean isValid() {
            return this == CLEAN || this == PADDED || this == NO_BREAK_SPACE;
        }
    }

    /** How a row stands. */
    public enum QueueState {
        FREE,
        /** Free again, with the time of an old completion. */
        REOPENED,
        /** Assigned to a person. */
        HELD,
        COMPLETED,
        /** Of a file type that no robot takes. */
        OTHER_TYPE;

        /** Returns whether a robot may claim it. */
        public boolean isFree() {
            return this == FREE || this == REOPENED;
        }
    }

    /** Returns whether Brain should claim it if there is a site for its body. */
    public boolean isClaimable() {
        return standing.isFree() && writing.isValid();
    }
}
