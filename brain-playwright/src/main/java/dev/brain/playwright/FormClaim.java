package dev.brain.playwright;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import dev.brain.claim.ClaimOutcome;
import dev.brain.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/** Sends the page's own form, without the page being drawn. */
final class FormClaim extends WebClaim {
    private final PageSettings.Form form;

    FormClaim(Request request, PageSettings.Form form) {
        super(request);
        this.form = form;
    }

    @Override
    ClaimOutcome press(BrowserWorker worker, Page first, boolean follows) {
        Page page = first;
        @Nullable APIResponse list = list(worker);
        boolean isNew = false;
        if (list == null) {
            page = worker.page(session.renewed(worker), settings);
            list = again(worker);
            isNew = true;
        }
        WebForm.Fetched fetched = WebForm.in(page, list, rows, form);
        if (fetched.taken().isEmpty()) {
            // a fetched page is never shown, so there is no screenshot
            session.open(page, address());
            if (!isNew && session.isOver(page)) {
                page = worker.page(session.renewed(worker), settings);
                fetched = WebForm.in(page, again(worker), rows, form);
            }
        }
        if (!fetched.taken().isEmpty() && !session.knowsLists()) {
            session.open(page, address());
            session.sawList(page);
        }
        if (fetched.taken().size() != 1) {
            session.open(page, address());
            return passedOver(worker, page, fetched.taken().size());
        }
        if (fetched.taken().get(0)) {
            return ClaimOutcome.lost(null);
        }
        WebForm sent = fetched.form();
        if (sent.fault() != null) {
            session.open(page, address());
            throw new RowException(new PageException("the form " + form.form() + " " + sent.fault()));
        }
        return send(worker, settings.absolute(address()), sent);
    }

    private ClaimOutcome send(BrowserWorker worker, String list, WebForm sent) {
        RequestOptions request = sent.request().setMaxRedirects(0).setHeader("Referer", list);
        pressing();
        APIResponse answer = worker.context().request().fetch(sent.target(), request);
        if (isExpired(answer)) {
            return refused(worker);
        }
        return answer.status() < 400
                ? ClaimOutcome.sent("it answered " + answer.status())
                : unknown("the press was answered with " + answer.status(), answer.status());
    }

    private APIResponse again(BrowserWorker worker) {
        APIResponse list = list(worker);
        if (list == null) {
            throw stillExpired();
        }
        return list;
    }

    /** Returns the list; null if the session has expired. */
    private @Nullable APIResponse list(BrowserWorker worker) {
        APIResponse response = worker.context()
                .request()
                .get(settings.absolute(address()), RequestOptions.create().setMaxRedirects(0));
        if (isExpired(response)) {
            return null;
        }
        requireList(response.status(), response.headers());
        if (response.status() != 200) {
            throw new UnavailableException("the list answered " + response.status());
        }
        return response;
    }

    private boolean isExpired(APIResponse response) {
        String location = response.headers().getOrDefault("location", "");
        return settings.expired().statuses().contains(response.status())
                || (!location.isEmpty() && session.isLogin(WebForm.resolved(response.url(), location)));
    }
}
