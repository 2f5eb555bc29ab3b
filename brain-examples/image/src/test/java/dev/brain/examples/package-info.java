/** What is true of the whole of Brain: its walls, its README, its scripts and its image. */
@NullMarked
package dev.brain.examples;

import org.jspecify.annotations.NullMarked;
