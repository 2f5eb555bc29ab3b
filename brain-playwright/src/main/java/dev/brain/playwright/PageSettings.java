package dev.brain.playwright;

import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a page file and of a site's setting {@code web}. Sites with equal settings share sessions and browsers.
 *
 * @param base what relative addresses start with
 * @param accountVariable the environment variable of the account's name
 * @param passwordVariable the environment variable of its password
 * @param claim how a resource is claimed
 * @param release how a resource is released; null if the pages do not support it
 * @param dismiss elements that are clicked whenever they cover the element of a step
 * @param basic the account for HTTP authentication; null if the server requests none
 * @param tls the trusted certificates
 * @param secrets names of fields and cookies whose values are never kept
 * @param limits time-outs and other limits
 */
record PageSettings(
        String name,
        String base,
        String accountVariable,
        String passwordVariable,
        Login login,
        User user,
        Expired expired,
        Press claim,
        @Nullable Press release,
        List<ElementLocator> dismiss,
        @Nullable Basic basic,
        Tls tls,
        List<String> secrets,
        boolean form,
        boolean trace,
        Limits limits) {

    /**
     * The steps of a login and the signs of its result.
     *
     * @param steps the steps, in order
     * @param done an element that shows success; null if the user's name decides
     * @param failed an element that shows failure
     */
    record Login(
            String address,
            List<Step> steps,
            @Nullable ElementLocator done,
            @Nullable ElementLocator failed) {

        /** Returns the fields that identify a login page: those that are filled in before anything is pressed. */
        List<ElementLocator> fields() {
            return steps.stream()
                    .takeWhile(step -> step.action() != Action.CLICK || step.isOptional())
                    .filter(step -> step.action() == Action.FILL && !step.isOptional())
                    .map(Step::target)
                    .toList();
        }
    }

    /** The element of the user's name, and the texts that it shows without a login. */
    record User(String address, ElementLocator name, List<String> not) {}

    /**
     * The signs of an expired session.
     *
     * @param path the address of the page
     * @param locator an element that only that page shows; null if there is none
     */
    record Expired(
            String path, List<Integer> statuses, @Nullable ElementLocator locator) {}

    /**
     * The account of HTTP authentication.
     *
     * @param isVariable whether name and password are the variables that hold them
     */
    record Basic(String name, String password, boolean isVariable) {
        /** Never contains the password. */
        @Override
        public String toString() {
            return "Basic[" + (isVariable ? name + ", " + password : "in the address") + "]";
        }
    }

    /**
     * The certificates that are trusted in addition to the browser's own.
     *
     * @param authority a file with the certificates of an authority, or of the server; null for none
     * @param isVerified whether certificates are checked
     */
    record Tls(@Nullable String authority, boolean isVerified) {}

    /**
     * A list with resources, and the steps that claim or release one.
     *
     * @param number the element in the row whose whole text must be the reference
     * @param id the element in the row that has the resource's id in {@code idAttribute}; null if none has
     * @param taken the element in the row that shows that somebody holds the resource; null if none does
     * @param steps the steps, in order; only the last one changes anything
     * @param form the page's own form, to send it without a press; null if that is not supported
     */
    record Press(
            String address,
            ElementLocator row,
            ElementLocator number,
            @Nullable ElementLocator id,
            String idAttribute,
            @Nullable ElementLocator taken,
            List<Step> steps,
            @Nullable ElementLocator won,
            @Nullable ElementLocator lost,
            @Nullable ElementLocator error,
            @Nullable Form form) {}

    /**
     * One step: something to press or to fill in.
     *
     * @param key the step's key in the page file
     * @param inRow whether it is in the resource's row
     * @param box the element that must appear first and contains it; null if there is none
     * @param shows a text that the box must contain; null if any will do
     * @param value the option to choose, or the text to fill in
     * @param prompt whether the browser asks for confirmation, which is given
     * @param isOptional whether the step is skipped if its element is absent
     */
    record Step(
            String key,
            Action action,
            ElementLocator target,
            boolean inRow,
            @Nullable ElementLocator box,
            @Nullable String shows,
            @Nullable String value,
            boolean prompt,
            boolean isOptional) {

        /** Returns a step outside rows and boxes. */
        static Step onPage(
                String key, Action action, ElementLocator target, @Nullable String value, boolean isOptional) {
            return new Step(key, action, target, false, null, null, value, false, isOptional);
        }
    }

    enum Action {
        CLICK,
        CHECK,
        CHOOSE,
        FILL
    }

    /**
     * The page's own form.
     *
     * @param fields the values for its fields, by their names
     * @param button the button to submit with; null if the form has one button, or several equal ones
     */
    record Form(
            ElementLocator form,
            Map<String, String> fields,
            @Nullable ElementLocator button) {

        /** Returns whether the form is found by the resource, or a field of it names the resource. */
        boolean isOfResource() {
            return form.hasPlaceholder()
                    || fields.values().stream()
                            .anyMatch(value -> value.contains("{id}") || value.contains("{reference}"));
        }
    }

    record Limits(
            int workers,
            Duration page,
            Duration answer,
            Duration claim,
            int recycleClaims,
            Duration recycleAge,
            Duration retryLogin) {}

    /** Returns an address of the page file as an absolute one. */
    String absolute(String address) {
        return address.matches("(?i)https?://.*") ? address : base + address;
    }

    /** Returns the settings of a site; its setting {@code web} overrides the page file. */
    static PageSettings of(Site site, String json, String origin) {
        try {
            return new PageReader(origin, site.settings().nested("web")).read(json);
        } catch (ConfigurationException e) {
            throw ConfigurationException.ofSite(site.id(), e.problem(), e);
        }
    }
}
