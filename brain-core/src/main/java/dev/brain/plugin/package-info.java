/** Finding providers, and what they are given to create an instance. */
@NullMarked
package dev.brain.plugin;

import org.jspecify.annotations.NullMarked;
