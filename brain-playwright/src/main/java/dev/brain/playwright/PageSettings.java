package dev.brain.playwright;

import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import java.net.URI;
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
        List<String> secrets,
        boolean form,
        boolean trace,
        Limits limits) {

    record Login(
            String address,
            Place account,
            Place password,
            @Nullable Place remember,
            Place button,
            @Nullable Place done,
            @Nullable Place failed) {}

    /** Where the user's name stands, and what stands there while nobody is logged in. */
    record User(String address, Place name, List<String> not) {}

    record Expired(String path, List<Integer> statuses) {}

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
     * One thing to press.
     *
     * @param inRow whether it is in the resource's row
     * @param box what must be there first, and holds it; null if nothing does
     * @param shows a text that the box must hold
     * @param option what is chosen, of a list of options
     * @param prompt whether the browser asks, and is answered yes
     */
    record Step(
            Does does,
            Place target,
            boolean inRow,
            @Nullable Place box,
            @Nullable String shows,
            @Nullable String option,
            boolean prompt) {}

    enum Does {
        CLICK,
        CHECK,
        CHOOSE
    }

    record Form(Place form, Map<String, String> fields) {}

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
        return URI.create(address).isAbsolute() ? address : base + address;
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
