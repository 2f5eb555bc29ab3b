package dev.brain.dashboard.internal.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Parameters;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.site.SiteFile;
import dev.brain.site.Site;
import java.util.List;
import java.util.UUID;

/**
 * Changes the settings of a site that are declared editable, in two steps: the first shows what would change, the second
 * changes it.
 */
public final class SiteEditPage {
    private final PageContext context;

    SiteEditPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/sites/{id}/settings", this::ask);
        router.action("/sites/{id}/settings", this::review);
        router.action("/sites/{id}/settings/save", this::save);
    }

    /**
     * What the page shows.
     *
     * @param version which state of the site the form was made from
     * @param fields the settings that can be edited
     * @param changes what would change; empty before the first step
     * @param problems why it can't be saved
     */
    public record Model(
            Site site, String version, List<Field> fields, List<SiteEdit.Change> changes, List<String> problems) {
        /** Returns whether the second step can follow. */
        public boolean canSave() {
            return !changes.isEmpty() && problems.isEmpty();
        }
    }

    /** A setting and what the form has for it. */
    public record Field(SiteSetting setting, String name, String value) {
        public boolean isChanged() {
            return !value.equals(setting.value());
        }
    }

    private Response ask(Request request) {
        if (!request.mayOperate()) {
            throw new HttpException(403, "cannotEdit");
        }
        Site site = site(request);
        return request.page(
                "site-settings", new Model(site, version(site), fields(site, Parameters.NONE), List.of(), List.of()));
    }

    private Response review(Request request) {
        Site site = site(request);
        requireSame(request, site);
        SiteEdit edit = SiteEdit.of(site, request.form(), context.brain());
        return edit.changes().isEmpty()
                ? request.redirect(request.link("/sites/{}", site.id()), "site.nothingChanged", site.id())
                : answer(request, site, edit);
    }

    private Response save(Request request) {
        Site site = site(request);
        requireSame(request, site);
        SiteEdit edit = SiteEdit.of(site, request.form(), context.brain());
        if (!edit.problems().isEmpty()) {
            return answer(request, site, edit);
        }
        if (!edit.changes().isEmpty()
                && !context.store().sites().change(request.actor(), site, edit.after(), edit.detail())) {
            throw new HttpException(409, "siteChanged");
        }
        context.live().publish();
        return request.redirect(
                request.link("/sites/{}", site.id()),
                "site.nowChanged",
                site.id(),
                edit.changes().size());
    }

    private Response answer(Request request, Site site, SiteEdit edit) {
        return request.page(
                "site-settings",
                new Model(site, version(site), fields(site, request.form()), edit.changes(), edit.problems()));
    }

    private Site site(Request request) {
        return context.store().sites().find(request.variable("id")).orElseThrow(HttpException::notFound);
    }

    private List<Field> fields(Site site, Parameters form) {
        return SiteSetting.of(site, context.brain()).stream()
                .filter(SiteSetting::isEditable)
                .map(setting -> {
                    String name = SiteEdit.field(setting);
                    List<String> sent = form.all(name);
                    return new Field(
                            setting,
                            name,
                            sent.isEmpty() ? setting.value() : sent.get(0).strip());
                })
                .toList();
    }

    /** Refuses a form that was made from another state of the site: saving it would undo somebody else's change. */
    private static void requireSame(Request request, Site site) {
        if (!request.form().text("version").filter(version(site)::equals).isPresent()) {
            throw new HttpException(409, "siteChanged");
        }
    }

    private static String version(Site site) {
        return UUID.nameUUIDFromBytes(SiteFile.write(List.of(site)).getBytes(UTF_8))
                .toString();
    }
}
