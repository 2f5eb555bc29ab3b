package dev.brain.playwright;

import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where things are on the pages of one web system, and how it is worked with; what a page file and a site's settings say
 * together. Sites with equal settings share sessions and browsers.
 *
 * @param base what relative addresses start with
 * @param accountVariable the environment variable of the account's name
 * @param passwordVariable the environment variable of its password
 * @param claim how a resource is taken
 * @param release how it is given back; null if this system's pages can't
 * @param dismiss what is clicked away wherever it covers what is to be pressed
 * @param basic the account that the server itself asks for; null if it asks for none
 * @param tls which certificates are trusted
 * @param secrets names of fields and cookies whose values are never kept
 * @param limits how long things may take, and how many of them there may be
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
        List<Place> dismiss,
        @Nullable Basic basic,
        Tls tls,
        List<String> secrets,
        boolean form,
        boolean trace,
        Limits limits) {

    /**
     * How somebody logs in.
     *
     * @param steps what is filled in and pressed, in order
     * @param done shows that it worked; null leaves that to the user's name
     * @param failed shows that it didn't
     */
    record Login(
            String address,
            List<Step> steps,
            @Nullable Place done,
            @Nullable Place failed) {

        /** The fields by which a login page is known: those that are filled before anything is pressed. */
        List<Place> fields() {
            return steps.stream()
                    .takeWhile(step -> step.does() != Does.CLICK || step.isOptional())
                    .filter(step -> step.does() == Does.FILL && !step.isOptional())
                    .map(Step::target)
                    .toList();
        }
    }

    /** Where the user's name stands, and what stands there while nobody is logged in. */
    record User(String address, Place name, List<String> not) {}

    /**
     * What an expired session gets.
     *
     * @param path the address of the page
     * @param place what that page shows; null if nothing tells it
     */
    record Expired(
            String path, List<Integer> statuses, @Nullable Place place) {}

    /**
     * The account of HTTP authentication.
     *
     * @param isVariable whether name and password are the variables that hold them
     */
    record Basic(String name, String password, boolean isVariable) {
        /** Never the password. */
        @Override
        public String toString() {
            return "Basic[" + (isVariable ? name + ", " + password : "in the address") + "]";
        }
    }

    /**
     * Which certificates are trusted beside those that the browser knows.
     *
     * @param authority a file with the certificates of an authority, or of the server; null for none
     * @param isVerified whether certificates are looked at at all
     */
    record Tls(@Nullable String authority, boolean isVerified) {}

    /**
     * A list in which a resource is found, and what is pressed there.
     *
     * @param number within the row: must be the reference, as a whole
     * @param id what holds the resource's id within the row, in {@code idAttribute}; null if nothing does
     * @param taken within the row: shows that somebody holds the resource
     * @param steps what is pressed, in order; only the last changes anything
     * @param form the page's own form, for sending it without pressing; null if it can't be
     */
    record Press(
            String address,
            Place row,
            Place number,
            @Nullable Place id,
            String idAttribute,
            @Nullable Place taken,
            List<Step> steps,
            @Nullable Place won,
            @Nullable Place lost,
            @Nullable Place error,
            @Nullable Form form) {}

    /**
     * One thing to press, or to fill in.
     *
     * @param key where the page file has it
     * @param inRow whether it is in the resource's row
     * @param box what must be there first, and holds it; null if nothing does
     * @param shows a text that the box must hold
     * @param value the option that is chosen, or the text that is filled in
     * @param prompt whether the browser asks, and is answered yes
     * @param isOptional whether it is passed over where it isn't there
     */
    record Step(
            String key,
            Does does,
            Place target,
            boolean inRow,
            @Nullable Place box,
            @Nullable String shows,
            @Nullable String value,
            boolean prompt,
            boolean isOptional) {

        /** A step outside rows and boxes. */
        static Step onPage(String key, Does does, Place target, @Nullable String value, boolean isOptional) {
            return new Step(key, does, target, false, null, null, value, false, isOptional);
        }
    }

    enum Does {
        CLICK,
        CHECK,
        CHOOSE,
        FILL
    }

    /**
     * The page's own form.
     *
     * @param fields what is put into its fields, by their names
     * @param button the button that it is sent with; null leaves that to a form with one button, or several that are alike
     */
    record Form(
            Place form,
            Map<String, String> fields,
            @Nullable Place button) {}

    record Limits(
            int lanes,
            Duration page,
            Duration answer,
            Duration claim,
            int recycleClaims,
            Duration recycleAge,
            Duration retryLogin) {}

    /** An address as the page file has it, made absolute. */
    String absolute(String address) {
        return address.matches("(?i)https?://.*") ? address : base + address;
    }

    /** The settings of a site: what it says itself, in its setting {@code web}, wins over the page file. */
    static PageSettings of(Site site, String json, String origin) {
        try {
            return new PageReader(origin, site.settings().nested("web")).read(json);
        } catch (ConfigurationException e) {
            throw new ConfigurationException("site " + site.id() + ": " + e.getMessage(), e);
        }
    }
}
