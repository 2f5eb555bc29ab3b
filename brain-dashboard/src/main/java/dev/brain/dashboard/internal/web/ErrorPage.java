package dev.brain.dashboard.internal.web;

/**
 * What the error page shows.
 *
 * @param status the status of HTTP
 * @param text what is wrong and what to do, in the language of the viewer
 */
public record ErrorPage(int status, String text) {}
