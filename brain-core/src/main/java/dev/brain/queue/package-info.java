/** The durable queue of tasks: reserve, settle, lease, finish. */
@NullMarked
package dev.brain.queue;

import org.jspecify.annotations.NullMarked;
