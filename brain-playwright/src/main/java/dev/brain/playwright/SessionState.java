package dev.brain.playwright;

import org.jspecify.annotations.Nullable;

/**
 * A login as browsers share it.
 *
 * @param generation grows with every login
 * @param state cookies and storage as Playwright writes them; null if nobody has logged in
 * @param userName the name on the home page; null until it was read
 */
record SessionState(
        int generation, @Nullable String state, @Nullable String userName) {

    /** Never the state: it holds the cookies. */
    @Override
    public String toString() {
        return "SessionState[" + generation + "]";
    }
}
