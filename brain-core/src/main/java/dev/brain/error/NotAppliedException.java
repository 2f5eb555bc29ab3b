package dev.brain.error;

/** The system of record could not do what was asked of it, and nothing of it took effect. */
public class NotAppliedException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    public NotAppliedException(String message, Throwable cause) {
        super(message, cause);
    }
}
