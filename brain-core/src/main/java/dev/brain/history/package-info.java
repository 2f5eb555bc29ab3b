/** What happened to tasks, sites and incidents, and who did it. */
@NullMarked
package dev.brain.history;

import org.jspecify.annotations.NullMarked;
