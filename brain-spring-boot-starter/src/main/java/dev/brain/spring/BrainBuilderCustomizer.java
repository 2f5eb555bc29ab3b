package dev.brain.spring;

import dev.brain.BrainBuilder;

/**
 * Sets what has no property on the builder of the application's Brain. Beans of this type run in their order.
 *
 * @stability evolving
 */
@FunctionalInterface
public interface BrainBuilderCustomizer {
    void customize(BrainBuilder builder);
}
