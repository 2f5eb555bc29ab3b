package dev.brain.playwright;

import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;

/**
 * A row of a list, held by its own elements: number, id and taken mark are compared on these, whatever stands in its place
 * by then.
 *
 * @param elements of the page, with what they said when the row was found
 * @param number as the row shows it
 * @param isTaken whether it said that somebody has the resource
 */
record HeldRow(JSHandle elements, String number, boolean isTaken) {
    /** What has become of a row since it was checked. */
    enum Standing {
        /** It says what it said. */
        SAME,
        /** It says something else by now: it may be another resource's. */
        CHANGED,
        /** It is no longer on the page, or the page has gone. */
        GONE
    }

    /** Returns what has become of it. */
    Standing standing(Page page) {
        try {
            return standing(String.valueOf(PageScript.of(elements, "standing")));
        } catch (PlaywrightException e) {
            if (page.isClosed()) {
                throw e;
            }
            // elements of another document than the page shows by now
            return Standing.GONE;
        }
    }

    /** Returns whether both are held by one row of the page. */
    boolean isAt(HeldRow other) {
        return Boolean.TRUE.equals(elements.evaluate("(one, other) => one.row === other.row", other.elements()));
    }

    static Standing standing(String told) {
        return switch (told) {
            case "same" -> Standing.SAME;
            case "changed" -> Standing.CHANGED;
            default -> Standing.GONE;
        };
    }
}
