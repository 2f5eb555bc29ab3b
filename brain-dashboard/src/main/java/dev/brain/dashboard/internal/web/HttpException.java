package dev.brain.dashboard.internal.web;

/** Ends a request with an error page. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String key;
    private final transient Object[] arguments;

    /** Creates an error whose text is that of the key {@code error.KEY}. */
    public HttpException(int status, String key, Object... arguments) {
        super(status + " " + key, null, false, false);
        this.status = status;
        this.key = "error." + key;
        this.arguments = arguments;
    }

    /** Returns the error of a page, or of a thing on it, that does not exist. */
    public static HttpException notFound() {
        return new HttpException(404, "notFound");
    }

    /** Returns the error of a request that no page of the dashboard makes. */
    public static HttpException badRequest() {
        return new HttpException(400, "badRequest");
    }

    int status() {
        return status;
    }

    String text(Messages messages) {
        return messages.text(key, arguments);
    }
}
