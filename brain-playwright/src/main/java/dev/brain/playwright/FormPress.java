package dev.brain.playwright;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import dev.brain.claim.ClaimOutcome;
import dev.brain.error.UnavailableException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Sends the page's own form, without the page being drawn. */
final class FormPress extends WebPress {
    private final PageSettings.Form form;

    FormPress(Request request, PageSettings.Form form) {
        super(request);
        this.form = form;
    }

    @Override
    ClaimOutcome press(Lane lane, Page first, boolean follows) {
        Page page = first;
        String url = settings.absolute(address());
        @Nullable APIResponse list = list(lane, url);
        if (list == null) {
            page = lane.page(session.renewed(lane), settings);
            list = list(lane, url);
            if (list == null) {
                throw stillExpired();
            }
        }
        ListRows.Fetched fetched = rows.in(page, list.text(), form.form());
        if (fetched.taken().size() != 1) {
            // what was fetched was never shown: there is nothing to see
            session.open(page, address());
            return passedOver(lane, page, fetched.taken().size());
        }
        if (fetched.taken().get(0)) {
            return ClaimOutcome.lost(null);
        }
        if (fetched.action() == null) {
            throw new PageException("the form " + form.form() + " is not on the list's page");
        }
        FormData data = FormData.create();
        fetched.fields().forEach(field -> data.set(field.getKey(), field.getValue()));
        form.fields()
                .forEach((name, text) -> data.set(name, text.replace("{id}", id).replace("{reference}", reference)));
        return send(lane, url, URI.create(url).resolve(fetched.action()).toString(), data);
    }

    private ClaimOutcome send(Lane lane, String list, String target, FormData data) {
        pressing();
        APIResponse answer = lane.context()
                .request()
                .post(
                        target,
                        RequestOptions.create().setForm(data).setMaxRedirects(0).setHeader("Referer", list));
        if (isExpired(answer, target)) {
            return refused(lane);
        }
        return answer.status() < 400
                ? ClaimOutcome.sent("it answered " + answer.status())
                : ClaimOutcome.unknown("it answered " + answer.status());
    }

    /** The list; null if the session has expired. */
    private @Nullable APIResponse list(Lane lane, String url) {
        APIResponse response =
                lane.context().request().get(url, RequestOptions.create().setMaxRedirects(0));
        if (isExpired(response, url)) {
            return null;
        }
        requireList(response.status(), response.headers());
        if (response.status() != 200) {
            throw new UnavailableException("the list answered " + response.status());
        }
        return response;
    }

    private boolean isExpired(APIResponse response, String url) {
        String location = response.headers().getOrDefault("location", "");
        return settings.expired().statuses().contains(response.status())
                || (!location.isEmpty()
                        && session.isLogin(URI.create(url).resolve(location).toString()));
    }
}
