/** Handlers of tasks, and the worker that runs them. */
@NullMarked
package dev.brain.work;

import org.jspecify.annotations.NullMarked;
