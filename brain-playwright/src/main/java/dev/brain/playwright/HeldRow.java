package dev.brain.playwright;

import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;

/**
 * A row of a list, identified by its own elements. Number, id and taken mark are compared on these elements, not on
 * those that take its position later.
 *
 * @param elements the row's elements, with their texts when the row was found
 * @param number the number as the row shows it
 * @param isTaken whether the row shows that somebody has the resource
 */
record HeldRow(JSHandle elements, String number, boolean isTaken) {
    /** The state of a row since it was checked. */
    enum RowState {
        /** Its texts are unchanged. */
        SAME,
        /** Its texts have changed, so it may belong to another resource. */
        CHANGED,
        /** The row is no longer on the page, or the page has gone. */
        GONE
    }

    /** Returns the row's current state. */
    RowState standing(Page page) {
        try {
            return standing(String.valueOf(PageScript.of(elements, "standing")));
        } catch (PlaywrightException e) {
            if (page.isClosed()) {
                throw e;
            }
            // the elements belong to a document that the page no longer shows
            return RowState.GONE;
        }
    }

    /** Returns whether both are the same row of the page. */
    boolean isAt(HeldRow other) {
        return Boolean.TRUE.equals(elements.evaluate("(one, other) => one.row === other.row", other.elements()));
    }

    static RowState standing(String told) {
        return switch (told) {
            case "same" -> RowState.SAME;
            case "changed" -> RowState.CHANGED;
            default -> RowState.GONE;
        };
    }
}
