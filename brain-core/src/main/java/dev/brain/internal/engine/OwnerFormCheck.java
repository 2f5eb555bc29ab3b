package dev.brain.internal.engine;

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

/** Compares the form of the owners in the system of record with that of the claimant's name. */
final class OwnerFormCheck {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerFormCheck.class);
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+([.,]\\d+)?");
    private static final Pattern KEY =
            Pattern.compile("\\{?\\p{XDigit}{8}-(\\p{XDigit}{4}-){3}\\p{XDigit}{12}}?|\\p{XDigit}{32}");

    private OwnerFormCheck() {}

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
            // names of persons are personal data
            String example = found == Form.NAME ? "names" : "like '" + owners.get(0) + "'";
            return List.of(Finding.warning(
                    "owner",
                    "the owners in the system of record are " + example + ", and the claimant is '" + claimant.name()
                            + "': a read-back would never recognise its claims. Let the profile read a view that has"
                            + " the owner's name, or use a claimant of that form"));
        } catch (BrainException e) {
            // faults of the claimant or the source are reported by their own checks
            LOG.debug("site {}: the owners could not be compared", site.id(), e);
            return List.of();
        }
    }

    private static Form form(String owner) {
        return NUMBER.matcher(owner).matches()
                ? Form.NUMBER
                : KEY.matcher(owner).matches() ? Form.KEY : Form.NAME;
    }
}
