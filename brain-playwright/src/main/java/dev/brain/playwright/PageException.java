package dev.brain.playwright;

import dev.brain.error.ConfigurationException;

/** Thrown if a page differs from its settings. */
final class PageException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    PageException(String message) {
        super(message + "; correct the page file");
    }
}
