package dev.brain.playwright;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a page's browser gets from a press on. */
final class Arrival implements AutoCloseable {
    private final Page page;
    private final WebSession session;
    private final PageSettings settings;
    private final BooleanSupplier isPressed;
    private final Consumer<Response> responses = this::got;
    private final Consumer<Page> contents = this::read;
    private boolean refusal;
    private boolean begun;
    private boolean complete;

    Arrival(Page page, WebSession session, PageSettings settings, BooleanSupplier isPressed) {
        this.page = page;
        this.session = session;
        this.settings = settings;
        this.isPressed = isPressed;
        page.onResponse(responses);
        page.onDOMContentLoaded(contents);
    }

    private void got(Response response) {
        String type = response.request().resourceType();
        if (isPressed.getAsBoolean()
                && type.equals("document")
                && response.status() / 100 != 3
                && response.frame().equals(page.mainFrame())) {
            begun = true;
        }
        if (type.matches("document|xhr|fetch")
                && (settings.expired().statuses().contains(response.status()) || session.isLogin(response.url()))) {
            refusal = true;
        }
    }

    private void read(Page shown) {
        complete |= begun;
    }

    /** Whether it was told that its session or its token is no good. */
    boolean isRefusal() {
        return refusal;
    }

    /** Whether a page began to come. */
    boolean hasBegun() {
        return begun;
    }

    /** Whether all of that page is there. */
    boolean isComplete() {
        return complete;
    }

    @Override
    public void close() {
        page.offResponse(responses);
        page.offDOMContentLoaded(contents);
    }
}
