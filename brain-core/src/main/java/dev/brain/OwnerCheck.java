package dev.brain;

import dev.brain.check.Finding;
import dev.brain.claim.ClaimStrategy;
import dev.brain.error.BrainException;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the form of the owners in the system of record with the claimant's name, which must be able to stand there. */
final class OwnerCheck {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+([.,]\\d+)?");
    private static final Pattern KEY =
            Pattern.compile("\\{?\\p{XDigit}{8}-(\\p{XDigit}{4}-){3}\\p{XDigit}{12}}?|\\p{XDigit}{32}");

    private OwnerCheck() {}

    private enum Form {
        NUMBER,
        KEY,
        NAME
    }

    /** Returns a warning if all owners are numbers or keys and the claimant is a name, or the other way round. */
    static List<Finding> of(Site site, ResourceSource source, ClaimStrategy strategy) {
        try {
            Claimant claimant = strategy.claimant(site);
            List<String> owners = source.owners(site).stream()
                    .map(String::strip)
                    .filter(owner -> !owner.isEmpty())
                    .toList();
            Form expected = form(claimant.name());
            if (owners.isEmpty() || owners.stream().anyMatch(owner -> form(owner) == expected)) {
                return List.of();
            }
            Form found = form(owners.get(0));
            // a person's name is nobody else's affair
            String example = found == Form.NAME ? "names" : "like '" + owners.get(0) + "'";
            return List.of(Finding.warning(
                    "owner",
                    "the owners in the system of record are " + example + ", and the claimant is '" + claimant.name()
                            + "': a claim would never be found to be the claimant's. Let the profile read a view that has"
                            + " the owner's name, or claim under what stands there"));
        } catch (BrainException e) {
            // what keeps the claimant or the source from being asked is told by their own checks
            LOG.debug("site {}: the owners can't be compared", site.id(), e);
            return List.of();
        }
    }

    private static Form form(String owner) {
        return NUMBER.matcher(owner).matches()
                ? Form.NUMBER
                : KEY.matcher(owner).matches() ? Form.KEY : Form.NAME;
    }
}
