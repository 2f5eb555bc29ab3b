package dev.brain.playwright;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import dev.brain.error.BrainException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A login as browsers share it.
 *
 * @param generation grows with every login
 * @param state cookies and storage in Playwright's format, and the storage of the tab; null without a login
 * @param userName the name on the home page; null until it was read
 */
record SessionState(
        int generation, @Nullable String state, @Nullable String userName) {
    private static final JsonMapper JSON = new JsonMapper();
    /** The storage of the tab, which Playwright's state omits. */
    private static final String TAB = "brainTab";

    /** Returns the state of a page's browser and tab. */
    static String read(Page page) {
        Object tab = page.evaluate("() => { try { return {origin: location.origin, items: {...sessionStorage}} }"
                + " catch (e) { if (e instanceof DOMException) return null; throw e; } }");
        ObjectNode state = parsed(page.context().storageState());
        state.set(TAB, JSON.valueToTree(tab));
        return state.toString();
    }

    /** Returns the part for Playwright; empty without a login. */
    Optional<String> browser() {
        if (state == null) {
            return Optional.empty();
        }
        ObjectNode parsed = parsed(state);
        parsed.remove(TAB);
        return Optional.of(parsed.toString());
    }

    /** Returns a script for every new page that restores the storage of its tab; empty if the storage was empty. */
    Optional<String> tab() {
        JsonNode tab = state == null ? null : parsed(state).get(TAB);
        return tab == null || tab.path("items").isEmpty()
                ? Optional.empty()
                : Optional.of("(({origin, items}) => { if (location.origin === origin && !sessionStorage.length)"
                        + " Object.entries(items).forEach(([key, value]) => sessionStorage.setItem(key, value)) })("
                        + tab + ")");
    }

    /** Returns whether a text can be a state. */
    static boolean isState(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static ObjectNode parsed(String state) {
        try {
            return (ObjectNode) JSON.readTree(state);
        } catch (JsonProcessingException e) {
            // without the cause, which quotes the state
            throw new BrainException("the state of a web session is not JSON");
        }
    }

    /** Never the state: it holds the cookies. */
    @Override
    public String toString() {
        return "SessionState[" + generation + "]";
    }
}
