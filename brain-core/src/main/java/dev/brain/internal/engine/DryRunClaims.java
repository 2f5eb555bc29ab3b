package dev.brain.internal.engine;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Claims nothing. Returns the outcome that a claim would have, judging by the system of record. */
record DryRunClaims(ClaimStrategy real, ResourceSource source) implements ClaimStrategy {
    @Override
    public Claimant claimant(Site site) {
        return real.claimant(site);
    }

    @Override
    public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
        Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
        source.ownership(site, claimant, batch.stream().map(Resource::id).toList())
                .forEach((id, owned) -> outcomes.put(
                        id,
                        switch (owned.state()) {
                            case FREE -> ClaimOutcome.won();
                            case OURS -> ClaimOutcome.alreadyOurs();
                            case OTHERS, GONE -> ClaimOutcome.lost(owned.owner());
                        }));
        return outcomes;
    }

    @Override
    public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
        throw new IllegalStateException("a dry run releases nothing");
    }
}
