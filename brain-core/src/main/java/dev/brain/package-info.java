/** The engine: {@link dev.brain.Brain} finds work, claims it and queues it, one cycle after the other. */
@NullMarked
package dev.brain;

import org.jspecify.annotations.NullMarked;
