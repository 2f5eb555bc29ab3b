package dev.brain.playwright;

import dev.brain.error.ConfigurationException;

/** A page isn't as its settings say. */
final class PageException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    PageException(String message) {
        super(message + "; correct the page file");
    }
}
