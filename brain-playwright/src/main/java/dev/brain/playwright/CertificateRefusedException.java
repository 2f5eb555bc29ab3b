package dev.brain.playwright;

import dev.brain.error.UnavailableException;

/** Thrown if the browser does not trust the certificate of a server. */
final class CertificateRefusedException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    CertificateRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
