package dev.brain.dashboard.internal.page;

import static java.util.Objects.requireNonNull;

import dev.brain.BrainOperations;
import dev.brain.dashboard.internal.web.LiveUpdates;
import dev.brain.queue.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * What the pages work with.
 *
 * @param brain the operators' actions that need the system of record; empty if this process has no Brain
 * @param evidence the folder of screenshots and other evidence
 */
public record PageContext(Store store, Optional<BrainOperations> brain, Path evidence, LiveUpdates live, Clock clock) {
    public PageContext {
        requireNonNull(store, "store");
        requireNonNull(brain, "brain");
        requireNonNull(evidence, "evidence");
        requireNonNull(live, "live");
        requireNonNull(clock, "clock");
    }
}
