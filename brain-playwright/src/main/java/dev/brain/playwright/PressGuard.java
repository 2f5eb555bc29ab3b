package dev.brain.playwright;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a press reach only the checked target. Each document records what reaches it and reports it on its console. A
 * document that loads during the press lets nothing pass until a target in it was checked.
 */
final class PressGuard implements AutoCloseable {
    private final Page page;
    private final BrowserContext context;
    private final String token = UUID.randomUUID().toString();
    private final Consumer<ConsoleMessage> messages = this::said;
    private final AutoCloseable closedDocuments;
    private @Nullable ElementHandle target;
    private boolean passed;
    private boolean blocked;
    private boolean left;

    PressGuard(Page page) {
        this.page = page;
        this.context = page.context();
        context.onConsoleMessage(messages);
        closedDocuments = page.addInitScript(PageScript.closed(token));
    }

    /** Must be called before a target is pressed. */
    void begin(ElementHandle pressed) {
        target = pressed;
        passed = false;
        blocked = false;
        left = false;
    }

    /** Returns the text that starts the reports of a page. */
    String token() {
        return token;
    }

    private void said(ConsoleMessage message) {
        String text = message.text();
        passed |= text.equals(token + " passed");
        blocked |= text.equals(token + " blocked");
        left |= text.equals(token + " left");
    }

    /** Returns whether the press has reached the page. */
    boolean isPassed() {
        return passed;
    }

    /**
     * Returns whether the press has certainly not reached the page: the row or the document had changed since it was
     * checked.
     */
    boolean isBlocked() {
        return !passed && (blocked || left);
    }

    /**
     * Keeps a press that has not reached the page from reaching it later. Waits for a busy page, whose answer also shows
     * whether the press reached it before.
     */
    void giveUp() {
        passed |= Boolean.TRUE.equals(asked("giveUp"));
    }

    /** Returns the addresses of the requests that the press caused; null if the page has gone. */
    @Nullable
    Object own() {
        return asked("own");
    }

    private @Nullable Object asked(String function) {
        try {
            return target == null ? null : PageScript.press(target, function, Map.of());
        } catch (PlaywrightException e) {
            if (page.isClosed()) {
                throw e;
            }
            // that document has gone
            return null;
        }
    }

    /** Lets documents that load from here on receive everything. */
    @Override
    public void close() {
        context.offConsoleMessage(messages);
        if (page.isClosed()) {
            // a new login has closed the page, and its scripts have gone with it
            return;
        }
        try {
            closedDocuments.close();
        } catch (PlaywrightException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
