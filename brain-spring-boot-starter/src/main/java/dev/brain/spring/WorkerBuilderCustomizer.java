package dev.brain.spring;

import dev.brain.work.WorkerBuilder;

/**
 * Sets what has no property on the builder of the application's worker. Beans of this type run in their order.
 *
 * @stability evolving
 */
@FunctionalInterface
public interface WorkerBuilderCustomizer {
    void customize(WorkerBuilder builder);
}
