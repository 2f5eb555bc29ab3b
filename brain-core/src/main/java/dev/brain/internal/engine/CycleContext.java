package dev.brain.internal.engine;

import dev.brain.internal.StopSignal;
import java.time.Clock;

/**
 * What all parts of one cycle share.
 *
 * @param providers what sites choose from by name
 * @param queue the queue, or that of a dry run
 * @param options how the cycle works
 * @param clock the time
 * @param stop ends the cycle early
 * @param events receives what happens
 * @param open the incidents that were open at the beginning
 * @param shared the claimants that another queue also uses
 * @param memory what the Brain remembers from one cycle to the next
 * @param dry whether nothing may be written
 */
record CycleContext(
        SiteProviders providers,
        ClaimQueue queue,
        CycleOptions options,
        Clock clock,
        StopSignal stop,
        Events events,
        OpenIncidents open,
        SharedClaimants shared,
        CycleMemory memory,
        boolean dry) {}
