package dev.brain.tck;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.List;
import java.util.Map;

/** Claims whose answers are only hints, over another strategy. A subclass claims. */
abstract class ReadBackClaims implements ClaimStrategy {
    final ClaimStrategy real;

    ReadBackClaims(ClaimStrategy real) {
        this.real = real;
    }

    @Override
    public boolean isReadBack() {
        return true;
    }

    @Override
    public Claimant claimant(Site site) {
        return real.claimant(site);
    }

    @Override
    public abstract Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch);

    @Override
    public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
        return real.release(site, claimant, resources);
    }
}
