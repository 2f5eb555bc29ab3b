/** What a cycle did, and the events that tell of it while it runs. */
@NullMarked
package dev.brain.cycle;

import org.jspecify.annotations.NullMarked;
