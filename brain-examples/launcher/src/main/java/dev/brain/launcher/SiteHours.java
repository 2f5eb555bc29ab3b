package dev.brain.launcher;

import dev.brain.error.ConfigurationException;
import dev.brain.queue.SiteLimits.WorkingHours;
import dev.brain.site.Site;
import java.time.Instant;
import java.util.Optional;

/** Says whether a site's working hours allow work to begin. */
final class SiteHours {
    private SiteHours() {}

    /** Returns the state of a site's working hours in words; empty if it has none, or they are invalid. */
    static Optional<String> of(Site site, Instant now) {
        return hours(site)
                .map(hours -> hours.isOpen(now)
                        ? "yes, within its working hours (" + hours.zone() + ")"
                        : "no, its working hours begin again at " + DisplayText.time(hours.nextOpening(now)));
    }

    /** Returns when a site's working hours begin; empty if they have begun, or it has none. */
    static Optional<Instant> nextOpening(Site site, Instant now) {
        return hours(site).filter(hours -> !hours.isOpen(now)).map(hours -> hours.nextOpening(now));
    }

    private static Optional<WorkingHours> hours(Site site) {
        try {
            return WorkingHours.of(site.settings());
        } catch (ConfigurationException e) {
            // the check of the site's settings reports it
            return Optional.empty();
        }
    }
}
