package dev.brain.cycle;

/** Which resources may be synced for a site. */
public enum SyncScope {
    /** Only those that the site itself selects, free or not. */
    SITE,
    /** Any of the system of record, another site's included. */
    ANY
}
