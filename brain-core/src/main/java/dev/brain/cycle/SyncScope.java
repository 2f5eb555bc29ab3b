package dev.brain.cycle;

/**
 * The resources that may be synced for a site.
 *
 * @stability evolving
 */
public enum SyncScope {
    /** Only resources that the site itself selects, free or not. */
    SITE,
    /** Every resource of the system of record, including those of other sites. */
    ANY
}
